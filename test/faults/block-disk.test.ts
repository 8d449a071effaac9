import { constants, readFileSync, statSync, symlinkSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { pattern } from '@lunkit/backstores/compliance'
import { type AttentionPolicy, connect, type Session } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runSuiteTest } from '../conformance/suite-run.ts'
import { Daemon } from '../harness/daemon.ts'
import { lunkit } from '../harness/lunkit-line.ts'
import { run, succeed } from '../harness/outcome.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'
import { LoopDevice } from './loop-device.ts'

const MIB = 2 ** 20
const sizeBytes = 64 * MIB
const timeoutMs = 20_000
const iqn = 'iqn.2026-11.io.lunkit.test:block'
const luns = `/iscsi/${iqn}/tpg1/luns`
/** What depends on a device: its size, its pages, how it zeroes and unmaps. All of the suite runs on files and memory. */
const SUITE_TESTS = [
  ...['Read16.Simple', 'Write16.Simple', 'Write10.DpoFua', 'CompareAndWrite.Simple'],
  ...[
    'ReadCapacity16.Simple',
    'ReadCapacity16.PI',
    'Inquiry.BlockLimits',
    'Inquiry.MandatoryVPDSBC',
    'Inquiry.SupportedVPD',
  ],
  ...[
    'Unmap.Simple',
    'Unmap.VPD',
    'WriteSame10.Simple',
    'WriteSame16.Unmap',
    'WriteSame16.UnmapVPD',
    'GetLBAStatus.Simple',
  ],
  ...['Verify16.Simple', 'ModeSense6.AllPages', 'TestUnitReady.Simple'],
]
const lunkitd = fileURLToPath(new URL('../../node_modules/.bin/lunkitd', import.meta.url))

describe('lunkitd serves block devices:', () => {
  const held = new AsyncDisposableStack()
  let scratch: Scratch
  let daemon: Daemon
  let session: Session
  let devices: Record<'first' | 'large' | 'busy' | 'later', LoopDevice>

  beforeAll(async () => {
    scratch = held.adopt(await Scratch.create('block-disk'), each => each.remove())
    const make = async (name: string, blockBytes = 512) =>
      held.use(await LoopDevice.make(scratch, name, { sizeBytes, blockBytes }))
    const [first, large] = [await make('first'), await make('large', 4096)]
    devices = { first, large, busy: await make('busy'), later: await make('later') }
    await mount(devices.busy)
    symlinkSync(first.path, scratch.path('by-id'))
    const attributes = { block_size: 4096 }
    const stores: StorageObject[] = [
      { plugin: 'block', name: 'first', sizeBytes, path: first.path },
      { plugin: 'fileio', name: 'large', sizeBytes: MIB, path: large.path, writeBack: true, attributes },
      { plugin: 'block', name: 'busy', sizeBytes, path: devices.busy.path },
      { plugin: 'block', name: 'again', sizeBytes, path: scratch.path('by-id') },
      { plugin: 'fileio', name: 'behind', sizeBytes, path: first.file, writeBack: true },
    ]
    daemon = await Daemon.start({ iqn, stores }, scratch.directory, { servedLuns: 2 })
    held.adopt(daemon, each => each.stop({ errors: [/ is not served: /, /^serving 2 of 5 LUNs/] }))
    session = held.use(await login())
  })
  afterAll(() => held.disposeAsync())

  const login = (how: { readonly attentions?: AttentionPolicy } = {}): Promise<Session> => {
    const { host, port } = daemon.address(0)
    return connect({ host, port, target: iqn, ...how })
  }
  const mount = async ({ path }: LoopDevice): Promise<void> => {
    const point = scratch.path('mounted')
    await mkdir(point)
    await succeed(findTool('mke2fs'), ['-q', path], { timeoutMs })
    await succeed(findTool('mount'), [path, point], { timeoutMs })
    held.defer(async () => void (await succeed(findTool('umount'), [point], { timeoutMs })))
  }
  const said = (key: string): string | undefined =>
    daemon.records.map(({ msg }) => msg).find(msg => msg.startsWith(`${key} `) || msg.startsWith(`${key}:`))
  const openAlone = async (path: string): Promise<void> =>
    (await open(path, constants.O_RDWR | constants.O_EXCL)).close()
  const tell = (...words: readonly string[]): Promise<string> => lunkit(scratch.directory, ...words)

  it('of each it says where it is, how large, and what its cache is', () => {
    const cache = devices.first.fact('queue/write_cache').replace(' ', '-')
    expect(said('block/first')).toBe(
      `block/first: ${devices.first.path}, 64.0MiB in 131072 blocks of 512 bytes, ${cache}`,
    )
    expect(said('fileio/large')).toBe(
      `fileio/large: ${devices.large.path}, 64.0MiB in 16384 blocks of 4096 bytes, write-back`,
    )
  })

  it('what others hold, and what it serves already under another name, is not, and why', () => {
    const cannot = `block/busy is not served: cannot open ${devices.busy.path}`
    expect(said('block/busy')).toBe(
      `${cannot}: it is mounted at ${scratch.path('mounted')}; end that first, or give another device`,
    )
    const owner = 'block/first, storage_objects[0]'
    expect(said('block/again')).toContain(`it is the device of ${owner} already (by another name)`)
    expect(said('fileio/behind')).toContain(`it is the file of ${owner} already (by a link)`)
  })

  it.each([
    ['block', 0, 512, () => devices.first],
    ['fileio', 1, 4096, () => devices.large],
  ])('what is written to %s is on its device, and is gone when it is unmapped', async (_plugin, lun, block, of) => {
    const unit = session.lun(lun)
    const { file } = of()
    const [lba, bytes] = [MIB / block, pattern(256 * 1024, lun + 1)]
    expect(await unit.readCapacity()).toMatchObject({ blocks: sizeBytes / block, blockSizeBytes: block })
    await unit.write(lba, bytes)
    await unit.synchronizeCache()
    expect(
      readFileSync(file)
        .subarray(MIB, MIB + bytes.length)
        .equals(bytes),
    ).toBe(true)
    expect(Buffer.compare(await unit.read(lba, bytes.length / block), bytes)).toBe(0)
    const before = statSync(file).blocks
    await unit.unmap([{ lba, blocks: bytes.length / block }])
    expect(statSync(file).blocks).toBeLessThan(before)
  })

  it('a device that becomes longer is so for initiators that stay logged in, which are told within a second or two', async () => {
    await using watching = await login({ attentions: 'command' })
    const unit = watching.lun(0)
    await expect(unit.testUnitReady()).rejects.toThrow('powerOnResetOrBusDeviceResetOccurred')
    await devices.first.resize(96 * MIB)
    await vi.waitFor(() => expect(unit.testUnitReady()).rejects.toThrow('capacityDataHasChanged'), { timeout: 2000 })
    expect((await unit.readCapacity()).blocks).toBe(96 * 2048)
    expect(await tell('ls', '/backstores/block')).toMatch(
      /o- first \.+ \[\/dev\/loop\d+ \(96\.0MiB\) write-thru activated\]/,
    )
  })

  it('one that a command makes is served, and shown, and is free again when it is deleted', async () => {
    const { path } = devices.later
    expect(await tell('/backstores/block', 'create', 'name=later', `dev=${path}`)).toContain(
      `Created block storage object later using ${path}.`,
    )
    expect(await tell(luns, 'create', '/backstores/block/later', '9')).toContain('Created LUN 9.')
    expect((await session.lun(9).readCapacity()).blocks).toBe(sizeBytes / 512)
    const info = await tell('/backstores/block/later', 'info')
    for (const line of [`dev: ${path}`, 'plugin: block']) expect(info).toContain(line)
    await expect(openAlone(path)).rejects.toThrow('EBUSY')
    await tell('/backstores/block', 'delete', 'later')
    await openAlone(path)
  })

  it('one that is mounted is refused to a command that would make a disk of it', async () => {
    const path = scratch.path('busy-by-id')
    symlinkSync(devices.busy.path, path)
    await expect(tell('/backstores/block', 'create', 'name=mounted', `dev=${path}`)).rejects.toThrow(
      `Cannot configure StorageObject because device ${path} is already in use\n/backstores/block/mounted cannot have the device ${path}: it is mounted`,
    )
  })

  it('one that nobody can write is read-only when a command makes it', async () => {
    using device = await LoopDevice.make(scratch, 'protected', { sizeBytes: MIB, readOnly: true })
    await tell('/backstores/block', 'create', 'name=protected', `dev=${device.path}`)
    await tell(luns, 'create', '/backstores/block/protected', '8')
    const unit = session.lun(8)
    expect(Buffer.compare(await unit.read(0, 8), Buffer.alloc(4096))).toBe(0)
    await expect(unit.write(0, Buffer.alloc(512))).rejects.toThrow('writeProtected')
    await tell('/backstores/block', 'delete', 'protected')
  })

  it.each(SUITE_TESTS)('libiscsi’s %s passes on block', async test => {
    expect(await runSuiteTest(test, { url: daemon.url(0) })).toEqual({ status: 'passed', complaints: [] })
  })

  it('one that it serves already is refused to a command under another name', async () => {
    const link = scratch.path('by-path')
    symlinkSync(devices.large.path, link)
    await tell('/backstores/block', 'create', 'name=twice', `dev=${link}`)
    await expect(tell(luns, 'create', '/backstores/block/twice')).rejects.toThrow(
      'another store, or another program, has it open for itself alone',
    )
    await tell('/backstores/block', 'delete', 'twice')
  })

  it('--check says what it would be, and opens nothing', async () => {
    const { stdout } = await run(lunkitd, ['--check', '--config', scratch.path('saveconfig.json')], { timeoutMs })
    expect(stdout).toMatch(/LUN 0: block\/first, \/dev\/loop\d+ \(96\.0MiB\), past the page cache, 512-byte blocks/)
    expect(stdout).toMatch(/LUN 1: fileio\/large, \/dev\/loop\d+ \(64\.0MiB, a block device\), through the page cache/)
  })
})
