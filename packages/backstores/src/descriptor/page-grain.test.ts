import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { StoreDriver } from '../compliance/store-driver.ts'
import { openFileio } from '../fileio/fileio.ts'
import { createLanes } from '../lanes/lanes.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { PageGrain } from './page-grain.ts'

const KiB = 1024
const MiB = 1024 * KiB

describe('a region of the page cache', () => {
  it('is coarse until it is split, alone', () => {
    const grain = new PageGrain(64 * MiB)
    expect(grain.isFine(2 * MiB)).toBe(false)
    grain.split(2 * MiB + 4096)
    expect([0, 2 * MiB, 4 * MiB - 1, 4 * MiB].map(offset => grain.isFine(offset))).toEqual([false, true, true, false])
  })

  it('is coarse again when a lane has read into it, or into the one before', () => {
    const grain = new PageGrain(64 * MiB)
    for (const offset of [0, 2, 4, 6]) grain.split(offset * MiB)
    grain.coarsen(2 * MiB + 4096, 2 * MiB)
    expect([0, 2, 4, 6].map(offset => grain.isFine(offset * MiB))).toEqual([true, false, false, true])
  })
})

// The clock stands still: on a busy machine a write in place may take long enough to send the next one to a lane.
describe('a file that was written in large pieces', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkit-grain-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it.each([
    ['one small write a region goes to a lane, the next in place', true, { laneOperations: 3, inPlaceWrites: 2 }],
    ['written through, every write goes to a lane', false, { laneOperations: 5, inPlaceWrites: 0 }],
  ])('keeps every byte while its folios are split: %s', async (_how, writeBack, counters) => {
    const path = join(directory, 'disk.img')
    const contents = Buffer.from(pattern(5 * MiB, 3))
    await writeFile(path, contents)
    const slab = new Slab({ sizeBytes: MiB, poison: true })
    await using lanes = createLanes({ slab, count: 1, timers: new ManualTimers() })
    await lanes.ready
    {
      await using store = await openFileio({ name: 'disk', path, writeBack, lanes })
      const driver = new StoreDriver(store, slab)
      await store.settled
      for (const offset of [0, 4 * KiB, 3 * MiB, 3 * MiB + 8 * KiB, 5 * MiB - 4 * KiB]) {
        const written = pattern(4 * KiB, offset / KiB)
        contents.set(written, offset)
        await driver.write(offset, written)
      }
      expect(store.counters).toMatchObject(counters)
    }
    expect(Buffer.compare(await readFile(path), contents)).toBe(0)
  })

  it('is left as it is by writes of more than 64 KiB, which are done in place at once', async () => {
    const path = join(directory, 'disk.img')
    await writeFile(path, Buffer.from(pattern(MiB, 3)))
    const slab = new Slab({ sizeBytes: MiB, poison: true })
    await using lanes = createLanes({ slab, count: 1, timers: new ManualTimers() })
    await lanes.ready
    await using store = await openFileio({ name: 'disk', path, writeBack: true, lanes })
    const driver = new StoreDriver(store, slab)
    await store.settled
    for (const lengthBytes of [256 * KiB, 128 * KiB, 65 * KiB]) await driver.write(0, pattern(lengthBytes, 7))
    expect(store.counters).toMatchObject({ laneOperations: 0, inPlaceWrites: 3 })
    await driver.write(0, pattern(64 * KiB, 7))
    expect(store.counters).toMatchObject({ laneOperations: 1, inPlaceWrites: 3 })
  })
})
