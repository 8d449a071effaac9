import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  type Block,
  type BlockOptions,
  createLanes,
  type Lanes,
  type LayerRules,
  LayerStack,
  openBlock,
  openFileio,
  openVerified,
  StoreOpenError,
  StoreOperation,
  type VerifyOptions,
} from '@lunkit/backstores'
import { type MakeStore, pattern, StoreDriver, storeCompliance } from '@lunkit/backstores/compliance'
import { Slab } from '@lunkit/wire'
import { block, connect, createTarget } from 'lunkit'
import * as vitest from 'vitest'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { STORES } from '../../scripts/documents/store-abilities.ts'
import { succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'
import { LoopDevice } from './loop-device.ts'
import { Mount } from './mount.ts'

const MIB = 2 ** 20
const { discard, flush, zero } = StoreOperation

/** All of them, and none that is not idle for what the suite asks. */
const LAYERS: LayerRules = {
  log: { outcomes: 'all', tell: () => {} },
  limit: { operations: 50_000, perSource: { operations: 40_000 } },
  delay: { delayMs: 1, probability: 0.05 },
  fail: { fault: 'io', operations: ['read'], offset: 2 ** 40 },
}

type ComplianceCase = {
  direct: boolean
  writeBack?: boolean
  native?: boolean
  blockBytes?: number
  /** Its blocks have checksums, in a file beside the device. */
  verified?: boolean
  layers?: LayerRules
}

/** Each test of a suite has a device of its own. */
function compliance(name: string, how: ComplianceCase): void {
  const { native = true, blockBytes = 512, verified = false, layers = {}, ...options } = how
  const held = new AsyncDisposableStack()
  let lanes: Lanes | undefined
  let scratch: Scratch
  let devices = 0
  beforeAll(async () => {
    scratch = held.adopt(await Scratch.create('block'), each => each.remove())
  })
  const make: MakeStore = async ({ slab, sizeBytes }) => {
    lanes ??= held.adopt(createLanes({ slab, native }), each => each.close().then(() => {}))
    const { path } = held.use(await LoopDevice.make(scratch, `medium${devices++}`, { sizeBytes, blockBytes }))
    const store = await openBlock({ name: 'disk', path, lanes, ...options })
    const stack = new LayerStack(verified ? await verify(store, { slab, blockBytes }, lanes) : store)
    stack.configure(layers)
    return stack
  }
  const verify = async (store: Block, how: Pick<VerifyOptions, 'slab' | 'blockBytes'>, lane: Lanes) => {
    const file = { name: 'sums', path: scratch.path(`sums${devices}`), sizeBytes: 8192, writeBack: true }
    return openVerified(store, { ...how, sidecar: await openFileio({ ...file, lanes: lane }), identity: 'disk' })
  }
  afterAll(() => held.disposeAsync())
  storeCompliance(name, make, vitest, { blockBytes })
}

compliance('block, past the page cache', { direct: true })
compliance('block, past the page cache, with write-through', { direct: true, writeBack: false })
compliance('block through the page cache, with write-back', { direct: false })
compliance('block through the page cache, with write-through', { direct: false, writeBack: false })
compliance('block, past the page cache, with sectors of 4096 bytes', { direct: true, blockBytes: 4096 })
compliance('block through the page cache, with sectors of 4096 bytes', { direct: false, blockBytes: 4096 })
compliance('block, past the page cache, verified', { direct: true, verified: true })
compliance('block, past the page cache, with sectors of 4096 bytes, verified', {
  ...{ direct: true, verified: true, blockBytes: 4096 },
})
const layered = { layers: LAYERS, blockBytes: 4096 }
compliance('block, past the page cache, with sectors of 4096 bytes, behind all layers', { direct: true, ...layered })
compliance('block through the page cache, with sectors of 4096 bytes, behind all layers', { direct: false, ...layered })
compliance('block without koffi', { direct: true, native: false })

describe('a block store', () => {
  const held = new AsyncDisposableStack()
  const slab = new Slab({ sizeBytes: 4 * MIB, poison: true })
  const lanes = held.adopt(createLanes({ slab }), each => each.close().then(() => {}))
  let scratch: Scratch
  beforeAll(async () => {
    scratch = held.adopt(await Scratch.create('block'), each => each.remove())
  })
  afterAll(() => held.disposeAsync())

  const open = (path: string, options: Partial<BlockOptions> = {}): Promise<Block> =>
    openBlock({ name: 'disk0', path, lanes, ...options })
  const refusal = async (path: string, options: Partial<BlockOptions> = {}): Promise<StoreOpenError> => {
    const error: unknown = await open(path, options).then(
      store => store.close(),
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(StoreOpenError)
    return error as StoreOpenError
  }

  it('says what the kernel says of its device', async () => {
    using device = await LoopDevice.make(scratch, 'facts', { sizeBytes: 8 * MIB, blockBytes: 4096 })
    await using store = await open(device.path)
    expect(store).toMatchObject({ plugin: 'block', productName: 'IBLOCK', sizeBytes: 8 * MIB, available: true })
    expect(store.rotational).toBe(device.fact('queue/rotational') === '1')
    expect(store.facts).toMatchObject({ logicalBlockBytes: 4096, physicalBlockBytes: 4096, readOnly: false })
    expect(store.features).toMatchObject({ discard: true, discardsToZeroes: true, extents: false, writeBack: true })
    expect(store.features.discardGranularityBytes).toBe(Number(device.fact('queue/discard_granularity')))
  })

  it('writes and reads blocks of 4096 bytes, past the page cache, on the device itself', async () => {
    using device = await LoopDevice.make(scratch, 'data', { sizeBytes: 8 * MIB, blockBytes: 4096 })
    await using store = await open(device.path)
    const driver = new StoreDriver(store, slab)
    const bytes = pattern(64 * 1024, 3)
    expect(await driver.write(MIB, bytes)).toBeUndefined()
    expect((await driver.read(MIB, bytes.length)).equals(bytes)).toBe(true)
    expect(await driver.perform({ operation: flush })).toBeUndefined()
    expect((await readFile(device.file)).subarray(MIB, MIB + bytes.length).equals(bytes)).toBe(true)
    expect(await driver.perform({ operation: zero, offset: MIB, lengthBytes: 8192 })).toBeUndefined()
    expect((await driver.read(MIB, 8192)).equals(Buffer.alloc(8192))).toBe(true)
  })

  it('gives space back that is discarded: its medium has less afterwards', async () => {
    using device = await LoopDevice.make(scratch, 'space', { sizeBytes: 16 * MIB })
    await using store = await open(device.path)
    const driver = new StoreDriver(store, slab)
    for (let at = 0; at < 8; at++) await driver.write(at * MIB, pattern(256 * 1024, at))
    await driver.perform({ operation: flush })
    const before = statSync(device.file).blocks
    expect(await driver.perform({ operation: discard, lengthBytes: 16 * MIB })).toBeUndefined()
    expect(statSync(device.file).blocks).toBeLessThan(before / 4)
    expect((await driver.read(0, 4096)).equals(Buffer.alloc(4096))).toBe(true)
  })

  it('can do what docs/backstores.md says of it', async () => {
    using device = await LoopDevice.make(scratch, 'abilities', { sizeBytes: MIB })
    await using store = await open(device.path)
    expect(store.features).toMatchObject(STORES.block.features)
    expect(await store.resize(2 * MIB)).toBe('unsupported')
  })

  it('zeroes what it is to give back once its device has found out that it cannot', async () => {
    await using memory = await Mount.memory(scratch, 'memory', 16 * MIB)
    // The kernel stops offering what the file of a loop device cannot when it is first asked for it.
    using device = await LoopDevice.make(await Scratch.create('late', memory.directory), 'medium', { sizeBytes: MIB })
    await using store = await open(device.path)
    const driver = new StoreDriver(store, slab)
    await driver.write(0, pattern(64 * 1024, 1))
    expect(await driver.perform({ operation: zero, offset: 4096, lengthBytes: 4096 })).toBeUndefined()
    expect(device.fact('queue/write_zeroes_max_bytes')).toBe('0')
    expect(await driver.perform({ operation: discard, offset: 8192, lengthBytes: 5120 })).toBeUndefined()
    const expected = pattern(64 * 1024, 1).fill(0, 4096, 8192 + 5120)
    expect((await driver.read(0, 64 * 1024)).equals(expected)).toBe(true)
  })

  it('is longer within a second when its device is, and says so; shorter, too', async () => {
    using device = await LoopDevice.make(scratch, 'growing', { sizeBytes: 8 * MIB })
    await using store = await open(device.path)
    const resized = new Promise(resolve => store.listen(({ kind }) => kind === 'resized' && resolve(store.sizeBytes)))
    const begun = performance.now()
    await device.resize(12 * MIB)
    expect(await resized).toBe(12 * MIB)
    expect(performance.now() - begun).toBeLessThan(1500)
    await device.resize(4 * MIB)
    await store.checkSize()
    expect(store.sizeBytes).toBe(4 * MIB)
    expect(await store.resize(undefined)).toBeUndefined()
    expect(await store.resize(8 * MIB)).toBe('unsupported')
  })

  it('is found by a symbolic link, as those in /dev/disk/by-id', async () => {
    using device = await LoopDevice.make(scratch, 'linked', { sizeBytes: MIB })
    const link = scratch.path('by-id')
    symlinkSync(device.path, link)
    await using store = await open(link)
    expect(store).toMatchObject({ path: link, sizeBytes: MIB })
  })

  it('is had by one alone, unless all say otherwise', async () => {
    using device = await LoopDevice.make(scratch, 'one', { sizeBytes: MIB })
    const store = await open(device.path)
    const error = await refusal(device.path)
    expect(error.reason).toBe('locked')
    expect(error.message).toContain('another store, or another program, has it open for itself alone; end that first')
    await using shared = await open(device.path, { exclusive: false })
    expect(shared.sizeBytes).toBe(MIB)
    await store.close()
    await (await open(device.path)).close()
  })

  it('is refused while its device is mounted, or one of its partitions, and where is said', async () => {
    using device = await LoopDevice.make(scratch, 'mounted', { sizeBytes: 16 * MIB })
    await succeed(findTool('mke2fs'), ['-q', device.path], { timeoutMs: 20_000 })
    const point = scratch.path('mount point')
    mkdirSync(point)
    await succeed(findTool('mount'), [device.path, point], { timeoutMs: 20_000 })
    try {
      expect((await refusal(device.path)).message).toContain(`it is mounted at ${point}; end that first`)
    } finally {
      await succeed(findTool('umount'), [point], { timeoutMs: 20_000 })
    }
    await (await open(device.path)).close()
  })

  it('is refused for what is no device, is missing, has no block, or is write protected, with what would be right', async () => {
    const directory = scratch.path('directory')
    mkdirSync(directory)
    writeFileSync(scratch.path('file'), Buffer.alloc(4096))
    const pipe = scratch.path('pipe')
    execFileSync(findTool('mkfifo'), [pipe])
    using empty = await LoopDevice.make(scratch, 'empty', { sizeBytes: 0 })
    using locked = await LoopDevice.make(scratch, 'locked', { sizeBytes: MIB, readOnly: true })
    const cases: readonly [path: string, reason: string, words: string][] = [
      [directory, 'notABlockDevice', 'it is a directory; give the path of a block device'],
      [scratch.path('file'), 'notABlockDevice', 'it is a regular file, which fileio serves; give the path of'],
      [pipe, 'notABlockDevice', 'it is no block device; give the path of a block device'],
      ['/dev/null', 'notABlockDevice', 'it is no block device; give the path of a block device'],
      [scratch.path('missing'), 'missingFile', 'there is no such device; plug it in, or give the path of'],
      [empty.path, 'badSize', 'the device has 0 bytes; put a medium in, or give a device that has one'],
      [locked.path, 'noPermission', 'open the store read-only'],
    ]
    for (const [path, reason, words] of cases) {
      const error = await refusal(path)
      expect([path, error.reason]).toEqual([path, reason])
      expect(error.message).toContain(words)
    }
    await using store = await open(locked.path, { readOnly: true })
    expect(store.features.write).toBe(false)
    expect(await new StoreDriver(store, slab).write(0, pattern(512, 1))).toBe('readOnly')
  })
})

describe('a block device that a program serves', () => {
  let scratch: Scratch
  beforeAll(async () => {
    scratch = await Scratch.create('served-block')
  })
  afterAll(() => scratch.remove())

  it('is a disk with the blocks of the device, the same under every path, which grows while it is used', async () => {
    using device = await LoopDevice.make(scratch, 'medium', { sizeBytes: 64 * MIB, blockBytes: 4096 })
    const attributes = { emulateTpu: true, unmapZeroesData: true }
    await using target = await createTarget({ luns: [block({ path: device.path, attributes })] })
    await using session = await connect(target.address)
    const unit = session.lun(0)
    const capacity = { blocks: 16_384, blockSizeBytes: 4096, physicalBlockBytes: 4096 }
    expect(await unit.readCapacity()).toMatchObject({ ...capacity, provisioningReadZeroes: true })
    const bytes = pattern(64 * 1024, 9)
    await unit.write(16, bytes)
    expect(Buffer.compare(await unit.read(16, 16), bytes)).toBe(0)
    expect((await readFile(device.file)).subarray(65_536, 131_072).equals(bytes)).toBe(true)
    const before = statSync(device.file).blocks
    await unit.unmap([{ lba: 16, blocks: 16 }])
    expect(statSync(device.file).blocks).toBeLessThan(before)
    await device.resize(128 * MIB)
    await vi.waitFor(async () => expect((await unit.readCapacity()).blocks).toBe(32_768))
  })
})
