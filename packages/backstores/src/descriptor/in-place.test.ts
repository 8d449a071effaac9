import { Block } from '@lunkit/statistics'
import { describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { errno } from '../native/errno.ts'
import type { Libc } from '../native/libc.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { storeMetrics } from '../store-metrics.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { openScripted, type ScriptedStore } from '../testing/scripted-store.ts'
import { TurnBudget } from '../turn-budget.ts'
import { DECLINED, InPlace, MISSED } from './in-place.ts'

const { read, write } = StoreOperation
const KiB = 1024

/** A C library whose reads and writes end as told; each takes as long as told. */
class ScriptedLibc {
  result = 4096
  fileBytes = 1024 * KiB
  elapsedMs = 0
  calls = 0
  readonly #timers: ManualTimers

  constructor(timers: ManualTimers) {
    this.#timers = timers
  }

  addressOf(): number {
    return 0
  }

  readCached(): number {
    return this.#end()
  }

  write(): number {
    return this.#end()
  }

  sizeBytes(): number {
    return this.fileBytes
  }

  #end(): number {
    this.calls++
    this.#timers.advance(this.elapsedMs)
    return this.result
  }
}

function setUp({ turnBytes = 1024 * KiB } = {}) {
  const timers = new ManualTimers()
  const library = new ScriptedLibc(timers)
  const turn = new TurnBudget(turnBytes)
  const memory = new SharedArrayBuffer(4096)
  const row = new Block(storeMetrics).row({ store: 'fileio/disk' })
  const counted = (name: 'inPlaceReads' | 'inPlaceWrites' | 'slowReads' | 'slowWrites') =>
    row.get(storeMetrics.at[name])
  // Only the calls that the fast path makes are there.
  const inPlace = new InPlace({
    libc: library as unknown as Libc,
    fd: 0,
    writes: true,
    row,
    lanes: { memory, turn, timers },
  })
  const request = Object.assign(new StoreRequest({ completed: () => {} }), { lengthBytes: 4096, slot: { offset: 0 } })
  return { timers, library, inPlace, request, counted }
}

describe('the fast path of reads', () => {
  it('misses what is not in the page cache, and tries it again', () => {
    const { inPlace, library, request, counted } = setUp()
    library.result = -errno.EAGAIN
    expect(inPlace.read(request)).toBe(MISSED)
    expect(inPlace.read(request)).toBe(MISSED)
    expect([library.calls, counted('inPlaceReads')]).toEqual([2, 0])
  })

  it.each(['EOPNOTSUPP', 'EINVAL', 'ENOSYS'] as const)('is given up for good when the system answers %s', code => {
    const { inPlace, library, request } = setUp()
    library.result = -errno[code]
    expect(inPlace.read(request)).toBe(DECLINED)
    library.result = 4096
    expect(inPlace.read(request)).toBe(DECLINED)
    expect(library.calls).toBe(1)
  })

  it('passes on what came, the end of the file, and errors', () => {
    const { inPlace, library, request } = setUp()
    const results = [1024, 0, -errno.EIO, -errno.EINTR].map(result => {
      library.result = result
      return inPlace.read(request)
    })
    expect(results).toEqual([1024, 0, -errno.EIO, DECLINED])
  })

  it('rests for a second when reads turn out slow', () => {
    const { inPlace, library, request, timers, counted } = setUp()
    library.elapsedMs = 3
    for (let i = 0; i < 32; i++) inPlace.read(request)
    expect(counted('slowReads')).toBe(4)
    expect(inPlace.read(request)).toBe(DECLINED)
    library.elapsedMs = 0
    timers.advance(1000)
    expect(inPlace.read(request)).toBe(4096)
  })

  it('does so many bytes in one turn of the event loop, and no more', async () => {
    const { inPlace, library, request } = setUp({ turnBytes: 64 * KiB })
    request.lengthBytes = library.result = 32 * KiB
    const one = () => [0, 1, 2].map(() => inPlace.read(request))
    expect(one()).toEqual([32 * KiB, 32 * KiB, DECLINED])
    await new Promise(resolve => setImmediate(resolve))
    expect(one()).toEqual([32 * KiB, 32 * KiB, DECLINED])
  })

  it('always does what a lane would take longer to be told', () => {
    const { inPlace, library, request } = setUp({ turnBytes: 0 })
    request.lengthBytes = library.result = 16 * KiB
    expect(inPlace.read(request)).toBe(16 * KiB)
    request.lengthBytes = library.result = 16 * KiB + 512
    expect(inPlace.read(request)).toBe(DECLINED)
  })
})

describe('the fast path of writes', () => {
  it('is declined behind the end of a file that was cut off, which is looked at once a turn', async () => {
    const { inPlace, library, request } = setUp()
    expect(inPlace.write(request)).toBe(4096)
    library.fileBytes = 512
    expect(inPlace.write(request)).toBe(4096)
    await new Promise(resolve => setImmediate(resolve))
    expect(inPlace.write(request)).toBe(DECLINED)
    expect(library.calls).toBe(2)
  })

  it.each(['EAGAIN', 'EINTR'] as const)('is declined when the system answers %s', code => {
    const { inPlace, library, request } = setUp()
    library.result = -errno[code]
    expect(inPlace.write(request)).toBe(DECLINED)
  })

  it('is declined for more than a piece', () => {
    const { inPlace, library, request } = setUp()
    request.lengthBytes = library.result = 256 * KiB
    expect(inPlace.write(request)).toBe(256 * KiB)
    request.lengthBytes = 256 * KiB + 512
    expect(inPlace.write(request)).toBe(DECLINED)
  })

  it('rests after a very slow write, or two slow ones in short succession, which are counted', () => {
    for (const slow of [[11], [1, 1]]) {
      const { inPlace, library, request, timers, counted } = setUp()
      for (const elapsedMs of slow) {
        library.elapsedMs = elapsedMs
        expect(inPlace.write(request)).toBe(4096)
      }
      library.elapsedMs = 0
      expect(inPlace.write(request)).toBe(DECLINED)
      timers.advance(50)
      expect(inPlace.write(request)).toBe(4096)
      expect([counted('slowWrites'), counted('inPlaceWrites')]).toEqual([slow.length, slow.length + 1])
    }
  })
})

describe('a store with a fast path', () => {
  const fill = (scripted: ScriptedStore) => scripted.driver.write(0, pattern(64 * KiB, 1))

  it('reads from the page cache and writes into it without a lane', async () => {
    await using scripted = await openScripted({ native: true })
    await fill(scripted)
    const isWhole = (await scripted.driver.read(4096, 8192)).equals(pattern(64 * KiB, 1).subarray(4096, 12_288))
    // On a file system that cannot say whether a read would wait, a lane has to read: here one that brings nothing.
    const inPlaceReads = Number(scripted.canReadInPlace)
    expect(isWhole).toBe(scripted.canReadInPlace)
    expect(scripted.calls).toEqual(inPlaceReads ? [] : ['read'])
    expect(scripted.store.counters).toMatchObject({ inPlaceReads, inPlaceWrites: 1, laneOperations: 1 - inPlaceReads })
  })

  it('writes in a lane while an operation of the store is in one', async () => {
    await using scripted = await openScripted({ native: true })
    const { driver, lanes } = scripted
    lanes.automatic = false
    const slow = driver.perform({ operation: StoreOperation.zero, lengthBytes: 512 })
    const written = driver.write(4096, pattern(512, 1))
    lanes.serve()
    expect(await Promise.all([slow, written])).toEqual([undefined, undefined])
    expect(scripted.calls).toEqual(['zero', 'write'])
    await driver.write(4096, pattern(512, 1))
    expect(scripted.calls).toHaveLength(2)
  })

  it('has none when it was opened without', async () => {
    await using scripted = await openScripted({ native: true, inPlace: false })
    const slot = scripted.driver.take(4096)
    for (const operation of [read, write]) await scripted.driver.perform({ operation, lengthBytes: 4096, slot })
    slot.release()
    expect(scripted.calls).toEqual(['read', 'write'])
  })
})
