import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { type Outcome, run } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool, type ToolName } from '../harness/tool.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:chap'
const timeoutMs = 30_000
const credentials = { chap_userid: 'alice', chap_password: 'secretsecret12' }
const mutual = { chap_mutual_userid: 'tgt', chap_mutual_password: 'mutualsecret12' }

describe('libiscsi, where CHAP is demanded', () => {
  let scratch: Scratch
  let daemon: Daemon

  beforeAll(async () => {
    scratch = await Scratch.create('chap')
    const stores = [{ plugin: 'ramdisk', name: 'ram0', sizeBytes: 2 ** 20 }] as const
    const attributes = { authentication: 1 }
    const limits = { failed_login_delay_ms: 0 }
    const parameters = { AuthMethod: 'CHAP' }
    const demanded = { attributes, parameters, credentials: { ...credentials, ...mutual } }
    daemon = await Daemon.start({ iqn, stores, limits, ...demanded }, scratch.directory)
  })

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  })

  /** What a tool says of the LUN, with this before the address in its URL, and that behind it. */
  function asked(tool: ToolName, user: string, target = ''): Promise<Outcome> {
    const { host, port } = daemon.address(0)
    const url = `iscsi://${user}${host}:${port}/${iqn}/0${target}`
    return run(findTool(tool), tool === 'qemu-img' ? ['info', url] : [url], { timeoutMs })
  }

  it.each(['iscsi-inq', 'qemu-img'] as const)('%s comes in by a user name and a password of its URL', async tool => {
    expect(await asked(tool, 'alice%secretsecret12@')).toMatchObject({ code: 0 })
  })

  it('iscsi-inq has the target prove itself too', async () => {
    const target = (password: string): string => `?target_user=tgt&target_password=${password}`
    expect(await asked('iscsi-inq', 'alice%secretsecret12@', target('mutualsecret12'))).toMatchObject({ code: 0 })
    expect((await asked('iscsi-inq', 'alice%secretsecret12@', target('anothersecret1'))).code).not.toBe(0)
  })

  it.each(['', 'alice%wrongwrongwrong@', 'bob%secretsecret12@'])('who says %j is refused', async user => {
    const { code, stderr } = await asked('iscsi-inq', user)
    expect([code === 0, stderr]).toEqual([false, expect.stringMatching(/authentication fail|0x?201|\(513\)/i)])
  })
})
