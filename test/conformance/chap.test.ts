import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { lunkit } from '../harness/lunkit-line.ts'
import { type Outcome, run } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:chap'
const timeoutMs = 30_000
const credentials = { chap_userid: 'alice', chap_password: 'secretsecret12' }
const mutual = { chap_mutual_userid: 'tgt', chap_mutual_password: 'mutualsecret12' }
const right = 'alice%secretsecret12@'

/** The programs of libiscsi; where a login is to prove itself, they have it before the address of their URL. */
const tools = ['iscsi-inq', 'iscsi-ls', 'qemu-img'] as const
type Tool = (typeof tools)[number]

/** What a URL says of the target that is to prove itself. */
const proving = (user: string, password: string): string => `?target_user=${user}&target_password=${password}`

describe('libiscsi, where CHAP is demanded of sessions and of discovery', () => {
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
    const names = ['userid=alice', 'password=secretsecret12', 'mutual_userid=tgt', 'mutual_password=mutualsecret12']
    await lunkit(scratch.directory, '/iscsi', 'set', 'discovery_auth', 'enable=1', ...names)
  })

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  })

  /** What a tool says of the LUN, with this before the address in its URL, and that behind it. */
  function asked(tool: Tool, user: string, target = ''): Promise<Outcome> {
    const { host, port } = daemon.address(0)
    const portal = `iscsi://${user}${host}:${port}`
    const args = {
      'iscsi-inq': [`${portal}/${iqn}/0${target}`],
      'iscsi-ls': ['-s', `${portal}${target}`],
      'qemu-img': ['info', `${portal}/${iqn}/0${target}`],
    }
    return run(findTool(tool), args[tool], { timeoutMs })
  }

  it.each([
    ['iscsi-inq', /Peripheral Device Type:DIRECT_ACCESS/],
    ['iscsi-ls', /^Target:iqn\.2026-11\.io\.lunkit\.test:chap .*\nLun:0 +Type:DIRECT_ACCESS/],
    ['qemu-img', /virtual size: 1 MiB/],
  ] as const)('%s comes in by a user name and a password of its URL', async (tool, found) => {
    expect(await asked(tool, right)).toMatchObject({ code: 0, stdout: expect.stringMatching(found) })
  })

  // QEMU has no word for what the target is to prove: it passes over that part of a URL.
  it.each(['iscsi-inq', 'iscsi-ls'] as const)('%s has the target prove itself too, by its URL', async tool => {
    expect(await asked(tool, right, proving('tgt', 'mutualsecret12'))).toMatchObject({ code: 0 })
    const ofSecret = await asked(tool, right, proving('tgt', 'anothersecret1'))
    expect(ofSecret.code).not.toBe(0)
    expect(ofSecret.stderr).toContain('Invalid CHAP_R response from the target')
    const ofName = await asked(tool, right, proving('another', 'mutualsecret12'))
    expect(ofName.code).not.toBe(0)
    expect(ofName.stderr).toContain('Wrong CHAP targetname received: tgt')
  })

  describe.each(tools)('%s is refused', tool => {
    it.each(['', 'alice%wrongwrongwrong@', 'bob%secretsecret12@'])('with %j, and says so', async user => {
      const { code, stderr } = await asked(tool, user)
      expect(code).not.toBe(0)
      expect(stderr).toContain('Failed to log in to target. Status: Authentication failure(513)')
    })
  })
})
