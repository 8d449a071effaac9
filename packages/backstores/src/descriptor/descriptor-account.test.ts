import { describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { errno } from '../native/errno.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { openScripted, type ScriptedStore } from '../testing/scripted-store.ts'

const { flush, read, write, zero } = StoreOperation
const block = pattern(4096, 1)

const rowOf = ({ lanes }: ScriptedStore) =>
  lanes.stores.snapshot().find(({ labels }) => labels.store === 'fileio/disk0')
/** The error numbers that were counted, with how often. */
const errorsOf = (scripted: ScriptedStore) =>
  Object.entries(rowOf(scripted)?.values.errors ?? {}).filter(([, count]) => count > 0)
const unflushed = (scripted: ScriptedStore) => rowOf(scripted)?.values.unflushedBytes

describe('the errors of a store', () => {
  it('are counted by what the system said, once for each call that failed', async () => {
    await using scripted = await openScripted()
    const { driver, script } = scripted
    script.next('write', -errno.ENOSPC, -errno.ENOSPC, -errno.E2BIG)
    script.next('read', -errno.EIO)
    script.next('zero', -errno.EROFS)
    for (const operation of [write, write, write, read, zero])
      await driver.perform({ operation, lengthBytes: 4096, slot: driver.take(4096) })
    expect(errorsOf(scripted)).toEqual([
      ['EIO', 1],
      ['ENOSPC', 2],
      ['EROFS', 1],
      ['other', 1],
    ])
  })

  it('have a failed flush among them, and not what is refused because of it', async () => {
    await using scripted = await openScripted()
    const { driver, script } = scripted
    script.next('sync', -errno.EIO)
    for (let times = 0; times < 3; times++) await driver.perform({ operation: flush })
    expect(errorsOf(scripted)).toEqual([['EIO', 1]])
  })

  it('are none where the system was not asked', async () => {
    await using scripted = await openScripted()
    const { driver } = scripted
    await driver.perform({ operation: read, offset: 2 ** 40, lengthBytes: 4096, slot: driver.take(4096) })
    expect(errorsOf(scripted)).toEqual([])
  })
})

describe('what is not flushed', () => {
  it('is what was written since the last flush began, and a flush that fails takes nothing of it', async () => {
    await using scripted = await openScripted()
    const { driver, script } = scripted
    await driver.write(0, block)
    await driver.write(0, block)
    expect(unflushed(scripted)).toBe(8192)
    await driver.perform({ operation: flush })
    expect(unflushed(scripted)).toBe(0)
    await driver.write(0, block)
    script.next('sync', -errno.EIO)
    await driver.perform({ operation: flush })
    expect(unflushed(scripted)).toBe(4096)
    scripted.store.clearFault()
    await driver.perform({ operation: flush })
    expect(unflushed(scripted)).toBe(0)
  })

  it('has a write that ended while a flush was under way', async () => {
    await using scripted = await openScripted()
    const { driver, lanes } = scripted
    lanes.automatic = false
    const before = driver.write(0, block)
    await lanes.serveAll()
    await before
    const flushed = driver.perform({ operation: flush })
    await Promise.resolve()
    const written = driver.write(4096, pattern(8192, 2))
    await lanes.serveAll()
    await Promise.all([flushed, written])
    expect(unflushed(scripted)).toBe(8192)
  })

  it('has nothing of a write with FUA, of a write that failed, and of space that was given back', async () => {
    await using scripted = await openScripted()
    const { driver, script } = scripted
    await driver.write(0, block, { fua: true })
    script.next('write', -errno.ENOSPC)
    await driver.perform({ operation: write, lengthBytes: 4096, slot: driver.take(4096) })
    await driver.perform({ operation: zero, lengthBytes: 4096 })
    expect(unflushed(scripted)).toBe(0)
  })

  it('has what was written in place', async () => {
    await using scripted = await openScripted({ native: true })
    await scripted.driver.write(0, pattern(65_536, 1))
    expect([scripted.store.counters.inPlaceWrites, unflushed(scripted)]).toEqual([1, 65_536])
  })
})

describe('what lanes did for a store', () => {
  it('is timed by operation, each call of a lane for itself', async () => {
    await using scripted = await openScripted()
    const { driver } = scripted
    for (let times = 0; times < 2; times++) await driver.write(0, block)
    await driver.read(0, 4096)
    await driver.perform({ operation: flush })
    const { laneDuration } = rowOf(scripted)?.values ?? {}
    const counts = Object.entries(laneDuration ?? {}).map(([operation, { count }]) => [operation, count])
    expect(Object.fromEntries(counts)).toEqual({ read: 1, write: 2, flush: 1, zero: 0, discard: 0, extents: 0 })
  })
})
