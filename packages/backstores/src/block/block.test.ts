import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLanes, type Lanes } from '../lanes/lanes.ts'
import { StoreFault } from '../store/store-fault.ts'
import { Block } from './block.ts'
import type { BlockOptions } from './block-options.ts'
import type { DeviceFacts } from './device-facts.ts'
import { DeviceFolder } from './device-folder.ts'
import { deviceNumber } from './device-number.ts'

const SIZE_BYTES = 1024 * 1024
/** A disk with everything, in which no two numbers are the same. */
const FACTS: DeviceFacts = {
  sizeBytes: SIZE_BYTES,
  logicalBlockBytes: 512,
  physicalBlockBytes: 4096,
  alignmentBytes: 1024,
  optimalIoBytes: 65_536,
  rotational: false,
  discardBytes: 1 << 20,
  discardGranularityBytes: 8192,
  discardAlignmentBytes: 2048,
  zeroBytes: 1 << 21,
  volatileCache: true,
  readOnly: false,
}

let directory = ''
let lanes: Lanes
let plain: Lanes
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkit-block-'))
  lanes = createLanes({ slab: new Slab({ sizeBytes: SIZE_BYTES }), native: true })
  plain = createLanes({ slab: new Slab({ sizeBytes: SIZE_BYTES }), native: false })
})
afterAll(async () => {
  await lanes.close()
  await plain.close()
  await rm(directory, { recursive: true })
})

/** A store on what is said to be a device: a file has its place, for devices are root's. */
function opened(options: Partial<BlockOptions> = {}, facts: Partial<DeviceFacts> = {}): Block {
  const path = join(directory, 'disk')
  writeFileSync(path, new Uint8Array(SIZE_BYTES))
  const fd = openSync(path, 'r+')
  const opening = { path, readOnly: false, exclusive: true, direct: true }
  const number = deviceNumber(0n)
  mkdirSync(join(directory, 'dev/block', number), { recursive: true })
  const folder = new DeviceFolder(number, directory)
  const device = { fd, witnessFd: undefined, number, folder, facts: { ...FACTS, ...facts }, sequence: undefined }
  return new Block({ name: 'disk', path, lanes, ...options }, { opening, device })
}

describe('a block device as a store', () => {
  it.each<[string, () => Partial<BlockOptions>, Partial<DeviceFacts>, Partial<Block['features']>]>([
    ['writes, and gives space back, by itself', () => ({}), {}, { write: true, discard: true, writeBack: true }],
    ['neither, where it is only read', () => ({ readOnly: true }), {}, { write: false, discard: false }],
    ['gives none back without koffi', () => ({ lanes: plain }), {}, { write: true, discard: false }],
    ['gives none back where it has no discard', () => ({}), { discardBytes: 0 }, { discard: false }],
    ['gives none back where it does not zero', () => ({}), { zeroBytes: 0 }, { discard: false }],
    ['has a cache where it says so', () => ({ direct: true }), { volatileCache: true }, { writeBack: true }],
    ['has none where it has none', () => ({}), { volatileCache: false }, { writeBack: false }],
    ['has the page cache', () => ({ direct: false }), { volatileCache: false }, { writeBack: true }],
    ['has none that is asked for', () => ({ writeBack: false, direct: false }), {}, { writeBack: false }],
    ['gives space back in its unit', () => ({}), {}, { discardGranularityBytes: 8192 }],
    ['else in its blocks', () => ({}), { discardGranularityBytes: 0 }, { discardGranularityBytes: 4096 }],
    ['reads zeroes where it has, and tells of no holes', () => ({}), {}, { discardsToZeroes: true, extents: false }],
  ])('%s', async (_what, options, facts, features) => {
    const store = opened(options(), facts)
    expect(store.features).toMatchObject(features)
    await store.close()
  })

  it('has the geometry that the kernel says', async () => {
    const store = opened()
    expect(store.geometry).toEqual({
      blockBytes: 512,
      physicalBlockBytes: 4096,
      alignmentBytes: 1024,
      optimalIoBytes: 65_536,
      discardAlignmentBytes: 2048,
    })
    expect([store.rotational, store.facts.physicalBlockBytes]).toEqual([false, 4096])
    await store.close()
    const disk = opened({}, { rotational: true })
    expect(disk.rotational).toBe(true)
    await disk.close()
  })

  it.each([
    [{}, 'block', 'IBLOCK'],
    [{ plugin: 'block' }, 'block', 'IBLOCK'],
    [{ plugin: 'fileio' }, 'fileio', 'FILEIO'],
  ] as const)('names itself as the plugin of LIO that it stands for: %j', async (options, plugin, product) => {
    const store = opened(options)
    expect([store.plugin, store.productName]).toEqual([plugin, product])
    await store.close()
  })

  it('has the size that it has, and takes no other', async () => {
    const store = opened()
    expect([store.sizeBytes, await store.resize(SIZE_BYTES)]).toEqual([SIZE_BYTES, undefined])
    expect(await store.resize(2 * SIZE_BYTES)).toBe(StoreFault.unsupported)
    expect(store.sizeBytes).toBe(SIZE_BYTES)
    await store.close()
  })
})
