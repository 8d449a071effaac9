import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { run, succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { findTool, requireFile } from '../harness/tool.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:qemu'
const sizeBytes = 512 * 2 ** 20
const chunkBytes = 2 ** 20
const timeoutMs = 120_000
const blockDriver = '/usr/lib/x86_64-linux-gnu/qemu/block-iscsi.so'

/** QEMU offers a header digest; its iSCSI driver has no option for a data digest. */
const sessions = [
  { name: 'without digests', parameters: {}, option: '' },
  { name: 'with header-digest=crc32c', parameters: { HeaderDigest: 'CRC32C' }, option: ',file.header-digest=crc32c' },
] as const

describe.each(sessions)('qemu-img over iscsi:// $name, on a fileio LUN', ({ parameters, option }) => {
  let scratch: Scratch
  let daemon: Daemon
  let lun: string[]
  let image: string

  beforeAll(async () => {
    requireFile(blockDriver, 'qemu-block-extra')
    scratch = await Scratch.create('qemu')
    image = scratch.path('random.img')
    await writeRandomImage(image)
    const path = scratch.path('disk.img')
    const store = { plugin: 'fileio', name: 'disk0', sizeBytes, path, writeBack: true } as const
    daemon = await Daemon.start({ iqn, stores: [store], parameters }, scratch.directory)
    lun = ['--image-opts', driverOptions(daemon.address(0)) + option]
  }, timeoutMs)

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  }, timeoutMs)

  it('writes 512 MiB of random bytes that are the same in the backing file', async () => {
    await qemuImg('convert', '-n', '--target-image-opts', '-f', 'raw', image, lun[1] ?? '')
    expect(await sha256Of(scratch.path('disk.img'))).toBe(await sha256Of(image))
  })

  it('reads them back identical', async () => {
    const source = `driver=raw,file.driver=file,file.filename=${image}`
    const output = await qemuImg('compare', '--image-opts', source, lun[1] ?? '')
    expect(output).toMatch(/^Images are identical\.$/m)
  })

  it('finds the difference when one byte of the file is changed behind it', async () => {
    const file = await open(scratch.path('disk.img'), 'r+')
    const before = Buffer.alloc(1)
    await file.read(before, 0, 1, 300_000_001)
    await file.write(Buffer.from([(before[0] ?? 0) ^ 1]), 0, 1, 300_000_001)
    await file.close()
    const source = `driver=raw,file.driver=file,file.filename=${image}`
    const args = ['compare', '--image-opts', source, lun[1] ?? '']
    const outcome = await run(findTool('qemu-img'), args, { timeoutMs })
    expect(outcome.stdout + outcome.stderr).toMatch(/Content mismatch at offset 299999744/)
    expect(outcome.code).toBe(1)
  })

  it('benchmarks reads and writes of several sizes and depths', async () => {
    for (const load of [
      ['-s', '4096', '-d', '32'],
      ['-s', '65536', '-d', '16'],
      ['-s', '1048576', '-d', '4'],
    ]) {
      for (const mode of [[], ['-w'], ['-w', '--flush-interval=64']]) {
        const output = await qemuImg('bench', '-c', '512', ...load, ...mode, ...lun)
        expect(output).toMatch(/^Run completed in [\d.]+ seconds\.$/m)
      }
    }
  })

  it('writes patterns, zeroes and discards that read back as written', async () => {
    const commands = [
      'write -P 0xa5 0 4M',
      'write -z -u 64k 64k',
      'discard 1M 1M',
      'write -P 0x5a -f 3000k 12k',
      'flush',
      'read -P 0xa5 0 64k',
      'read -P 0 64k 64k',
      'read -P 0xa5 128k 896k',
      'read -P 0 1M 952k',
      'read -P 0x5a 3000k 12k',
      'read -P 0xa5 3012k 1084k',
    ]
    const args = commands.flatMap(command => ['-c', command])
    const outcome = await succeed(findTool('qemu-io'), [...args, ...lun], { timeoutMs })
    expect(outcome.stdout).not.toMatch(/verification failed|error/i)
  })
})

describe('a portal group that takes no session without a header digest', () => {
  let scratch: Scratch
  let daemon: Daemon

  beforeAll(async () => {
    requireFile(blockDriver, 'qemu-block-extra')
    scratch = await Scratch.create('qemu')
    const stores = [{ plugin: 'ramdisk', name: 'ram0', sizeBytes: chunkBytes }] as const
    daemon = await Daemon.start({ iqn, stores, parameters: { HeaderDigest: 'CRC32C' } }, scratch.directory)
  })

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  })

  it.each([
    { offered: 'none', code: 1 },
    { offered: 'none-crc32c', code: 0 },
    { offered: 'crc32c', code: 0 },
  ])('answers an initiator that offers $offered', async ({ offered, code }) => {
    const lun = `${driverOptions(daemon.address(0))},file.header-digest=${offered}`
    const outcome = await run(findTool('qemu-img'), ['info', '--image-opts', lun], { timeoutMs })
    expect(outcome).toMatchObject({ code })
  })
})

describe.each([255, 256, 300, 16_383])('the URL that lunkitd prints, of LUN %i', lun => {
  let scratch: Scratch
  let daemon: Daemon

  beforeAll(async () => {
    requireFile(blockDriver, 'qemu-block-extra')
    scratch = await Scratch.create('qemu')
    const stores = [{ plugin: 'ramdisk', name: 'ram0', sizeBytes: chunkBytes, lun }] as const
    daemon = await Daemon.start({ iqn, stores }, scratch.directory)
  })

  afterAll(async () => {
    await daemon?.stop()
    await scratch?.remove()
  })

  it('is opened, written and read by QEMU', async () => {
    const url = daemon.url(lun)
    expect(JSON.parse(await qemuImg('info', '--output=json', '-f', 'raw', url))).toMatchObject({
      'virtual-size': chunkBytes,
    })
    const commands = ['-c', 'write -P 0xa5 4k 8k', '-c', 'read -P 0xa5 4k 8k', '-c', 'read -P 0 0 4k']
    const { stdout } = await succeed(findTool('qemu-io'), ['-f', 'raw', ...commands, url], { timeoutMs })
    expect(stdout).not.toMatch(/verification failed|error/i)
  })
})

async function qemuImg(...args: string[]): Promise<string> {
  const { stdout } = await succeed(findTool('qemu-img'), args, { timeoutMs })
  return stdout
}

/** A LUN in QEMU's words for its iSCSI driver, below a raw image. */
function driverOptions(address: TargetAddress): string {
  const portal = `file.portal=${address.host}:${address.port}`
  return `driver=raw,file.driver=iscsi,file.transport=tcp,${portal},file.target=${address.iqn},file.lun=${address.lun}`
}

async function writeRandomImage(path: string): Promise<void> {
  const file = await open(path, 'w')
  for (let offset = 0; offset < sizeBytes; offset += chunkBytes) await file.write(randomBytes(chunkBytes))
  await file.close()
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
