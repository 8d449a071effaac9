import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool, type ToolName } from '../harness/tool.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:link'
const timeoutMs = 30_000
/** An address on the link of the loopback interface, in a network in which nobody else is. */
const address = 'fe80::5'
const zoned = `${address}%lo`

describe.each([`[${zoned}]`, '[::0]'])('a portal at %s, asked over a link-local address', ipAddress => {
  let scratch: Scratch
  let daemon: Daemon

  beforeAll(async () => {
    scratch = await Scratch.create('link-local')
    const stores = [{ plugin: 'ramdisk', name: 'ram0', sizeBytes: 2 ** 20 }] as const
    const setUp = `'${findTool('ip')}' link set lo up && '${findTool('ip')}' -6 address add ${address}/64 dev lo nodad && exec "$@"`
    const startedBy = [findTool('unshare'), '--net', '/bin/sh', '-c', setUp, 'sh']
    daemon = await Daemon.start({ iqn, stores, ipAddress }, scratch.directory, { startedBy })
  })

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  })

  async function inside(name: ToolName, ...args: string[]): Promise<string> {
    const enter = ['--target', String(daemon.pid), '--net']
    return (await succeed(findTool('nsenter'), [...enter, findTool(name), ...args], { timeoutMs })).stdout
  }

  it('is told by its address, without the interface that the target has it on', async () => {
    const { port } = daemon.address(0)
    const output = await inside('iscsi-ls', `iscsi://[${zoned}]:${port}`)
    expect(output.trim()).toBe(`Target:${iqn} Portal:[${address}]:${port},1`)
  })

  it('serves those who put their own interface to it', async () => {
    const { port } = daemon.address(0)
    expect(await inside('iscsi-inq', `iscsi://[${zoned}]:${port}/${iqn}/0`)).toMatch(/^Vendor:LIO-ORG/m)
  })

  it('is printed as a URL that works on the machine', async () => {
    const url = daemon.url(0)
    expect(url).toMatch(ipAddress === '[::0]' ? /^iscsi:\/\/\[::\]:/ : /^iscsi:\/\/\[fe80::5%lo\]:/)
    expect(await inside('iscsi-inq', url)).toMatch(/^Vendor:LIO-ORG/m)
  })
})
