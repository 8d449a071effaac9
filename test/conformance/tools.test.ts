import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../harness/compiler.ts'
import { Daemon } from '../harness/daemon.ts'
import { run, succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool, requireFile, type ToolName } from '../harness/tool.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:tools'
const sizeBytes = 64 * 2 ** 20
const timeoutMs = 30_000

describe('the command-line tools of libiscsi, on a fileio LUN', () => {
  let scratch: Scratch
  let daemon: Daemon
  let url: string

  beforeAll(async () => {
    scratch = await Scratch.create('tools')
    const path = scratch.path('disk.img')
    await writeHalfRandomFile(path)
    // As targetcli makes one: INQUIRY names the storage object.
    const attributes = { emulate_model_alias: 1 }
    const store = { plugin: 'fileio', name: 'disk0', sizeBytes, path, writeBack: true, attributes } as const
    daemon = await Daemon.start({ iqn, stores: [store] }, scratch.directory)
    url = daemon.url(0)
  })

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  })

  it('iscsi-ls finds the target, its portal and its LUN', async () => {
    const { host, port } = daemon.address(0)
    const lines = (await tool('iscsi-ls', '-s', `iscsi://${host}:${port}`)).trim().split('\n')
    expect(lines).toEqual([
      `Target:${iqn} Portal:${host}:${port},1`,
      expect.stringMatching(/^Lun:0 +Type:DIRECT_ACCESS \(Size:6[34]M\)$/),
    ])
  })

  it('iscsi-inq prints the standard data in LIO’s words', async () => {
    const output = await tool('iscsi-inq', url)
    expect(output).toMatch(/^Peripheral Qualifier:CONNECTED$/m)
    expect(output).toMatch(/^Peripheral Device Type:DIRECT_ACCESS$/m)
    expect(output).toMatch(/^Removable:0$/m)
    expect(output).toMatch(/^ReponseDataFormat:2$/m)
    expect(output).toMatch(/^CmdQue:1$/m)
    expect(output).toMatch(/^Vendor:LIO-ORG {1,2}$/m)
    expect(output).toMatch(/^Product:disk0 *$/m)
  })

  it('iscsi-inq prints the vital product data that names the unit', async () => {
    const serial = await tool('iscsi-inq', '-e', '1', '-c', '128', url)
    const [, hex] = /Unit Serial Number:\[ *([0-9a-f-]{36})\]/.exec(serial) ?? []
    expect(hex).toBeDefined()
    const devices = await tool('iscsi-inq', '-e', '1', '-c', '131', url)
    expect(devices).toContain(`disk0:${hex}`)
    expect(devices).toContain(iqn)
  })

  it('iscsi-readcapacity16 prints the size, and that the unit is thinly provisioned', async () => {
    const output = await tool('iscsi-readcapacity16', url)
    expect(output).toMatch(/^RETURNED LOGICAL BLOCK ADDRESS:131071$/m)
    expect(output).toMatch(/^LOGICAL BLOCK LENGTH IN BYTES:512$/m)
    expect(output).toMatch(/^P_TYPE:0 PROT_EN:0$/m)
    expect(output).toMatch(/^LBPME:1 LBPRZ:0$/m)
    expect(output).toMatch(/^Total size:67108864$/m)
  })

  it('iscsi-swp protects the unit against writes, for every initiator, until it is turned off again', async () => {
    const write = ['-f', 'raw', '-c', 'write -P 1 0 512', url]
    expect(await tool('iscsi-swp', url)).toMatch(/^SWP:0$/m)
    await tool('iscsi-swp', '--swp=on', url)
    expect(await tool('iscsi-swp', url)).toMatch(/^SWP:1$/m)
    expect((await run(findTool('qemu-io'), write, { timeoutMs })).code).not.toBe(0)
    await tool('iscsi-swp', '--swp=off', url)
    expect(await tool('iscsi-swp', url)).toMatch(/^SWP:0$/m)
  })

  it('iscsi-inq and qemu-img log in with a user and a password where none are asked for', async () => {
    const withUser = url.replace('iscsi://', 'iscsi://user%password@')
    expect(await tool('iscsi-inq', withUser)).toMatch(/^Vendor:LIO-ORG {1,2}$/m)
    expect(await tool('qemu-img', 'info', '-f', 'raw', withUser)).toContain(`${sizeBytes} bytes`)
  })

  it('libiscsi reads the bytes of the file, twice', async () => {
    requireFile('/usr/include/iscsi/iscsi.h', 'libiscsi-dev')
    const program = scratch.path('lun-bytes')
    await compile(fileURLToPath(new URL('./lun-bytes.c', import.meta.url)), program, ['-liscsi'])
    const sum = `set -o pipefail; "$0" "$1" "$2" | md5sum`
    const read = () => succeed('/bin/bash', ['-c', sum, program, `${iqn}-reader`, url], { timeoutMs })
    const first = await read()
    const second = await read()
    expect(first.stdout).toBe(`${await md5Of(scratch.path('disk.img'))}  -\n`)
    expect(second.stdout).toBe(first.stdout)
  })
})

describe.each([255, 256, 300, 16_383])('the command-line tools of libiscsi, on LUN %i', lun => {
  let scratch: Scratch
  let daemon: Daemon

  beforeAll(async () => {
    scratch = await Scratch.create('tools')
    const attributes = { emulate_model_alias: 1 }
    const store = { plugin: 'ramdisk', name: `disk${lun}`, sizeBytes, lun, attributes } as const
    daemon = await Daemon.start({ iqn, stores: [store] }, scratch.directory)
  })

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  })

  it('iscsi-ls finds it under its number', async () => {
    const { host, port } = daemon.address(lun)
    const lines = (await tool('iscsi-ls', '-s', `iscsi://${host}:${port}`)).trim().split('\n')
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^Lun:${lun} +Type:DIRECT_ACCESS`)))
  })

  it('iscsi-inq and iscsi-readcapacity16 take the URL that lunkitd prints', async () => {
    const url = daemon.url(lun)
    expect(url).toMatch(new RegExp(`/${lun}$`))
    expect(await tool('iscsi-inq', url)).toMatch(new RegExp(`^Product:disk${lun} *$`, 'm'))
    expect(await tool('iscsi-readcapacity16', url)).toMatch(/^Total size:67108864$/m)
  })
})

async function tool(name: ToolName, ...args: string[]): Promise<string> {
  const { stdout } = await succeed(findTool(name), args, { timeoutMs })
  return stdout
}

/** Random bytes in every other MiB, holes between them. */
async function writeHalfRandomFile(path: string): Promise<void> {
  const chunkBytes = 2 ** 20
  const file = await open(path, 'w')
  await file.truncate(sizeBytes)
  for (let offset = 0; offset < sizeBytes; offset += 2 * chunkBytes) {
    await file.write(randomBytes(chunkBytes), 0, chunkBytes, offset)
  }
  await file.close()
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
