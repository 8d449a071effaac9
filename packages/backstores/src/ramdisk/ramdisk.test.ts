import { Slab } from '@lunkit/wire'
import * as vitest from 'vitest'
import { describe, expect, it } from 'vitest'
import { pattern, StoreDriver, storeCompliance } from '../compliance/index.ts'
import type { StoreEvent } from '../store/store-event.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import type { StoreOpeningEvent } from '../store-opening.ts'
import { RamMemory } from './ram-memory.ts'
import { createRamdisk } from './ramdisk.ts'

const KiB = 1024
const MiB = 1024 * KiB
const TiB = 1024 * 1024 * MiB
const { discard, extents, flush, write, zero } = StoreOperation

storeCompliance('ramdisk', ({ sizeBytes }) => createRamdisk({ name: 'disk0', sizeBytes }), vitest)

/** A disk with a memory of its own. */
function setUp({ sizeBytes = 64 * MiB, capBytes = 32 * MiB, nullio = false } = {}) {
  const memory = new RamMemory(capBytes)
  const store = createRamdisk({ name: 'disk0', sizeBytes, nullio, memory })
  const events: StoreEvent[] = []
  store.listen(event => events.push(event))
  const driver = new StoreDriver(store, new Slab({ sizeBytes: 4 * MiB }))
  return { memory, store, driver, events }
}

describe('a ramdisk', () => {
  it.each([false, true])('is the product that LIO calls it, and does not rotate; nullio %s', nullio => {
    expect(setUp({ nullio }).store).toMatchObject({ productName: 'RAMDISK-MCP', rotational: false })
  })

  it('can do all that a store can but write back, by the page', () => {
    expect(setUp().store).toMatchObject({ plugin: 'ramdisk', available: true, sizeBytes: 64 * MiB })
    expect(setUp().store.features).toEqual({
      write: true,
      discard: true,
      extents: true,
      discardsToZeroes: true,
      discardGranularityBytes: 4096,
      writeBack: false,
    })
  })

  it('tells all who listen, until they listen no more', async () => {
    const { store, driver, events } = setUp({ capBytes: MiB })
    const others: StoreEvent[] = []
    const leave = store.listen(event => others.push(event))
    await driver.write(0, pattern(512, 1))
    await driver.write(MiB, pattern(512, 1))
    leave()
    await driver.perform({ operation: discard, lengthBytes: MiB })
    await driver.write(0, pattern(512, 1))
    await driver.write(MiB, pattern(512, 1))
    expect([events.length, others]).toEqual([2, [{ kind: 'spaceExhausted' }]])
  })

  it('takes memory when it is written, by the chunk, and none when it is read or zeroed', async () => {
    const { memory, driver } = setUp()
    await driver.read(5 * MiB, 4096)
    await driver.perform({ operation: zero, lengthBytes: 64 * MiB })
    expect(memory.usedBytes).toBe(0)
    await driver.write(5 * MiB - 512, pattern(1024, 1))
    expect(memory.usedBytes).toBe(2 * MiB)
  })

  it('gives memory back when nothing of a chunk is left, by whatever pieces it went', async () => {
    const { memory, driver } = setUp()
    await driver.write(MiB, pattern(64 * KiB, 1))
    await driver.write(2 * MiB, pattern(64 * KiB, 1))
    await driver.perform({ operation: discard, offset: MiB, lengthBytes: 32 * KiB })
    expect(memory.usedBytes).toBe(2 * MiB)
    await driver.perform({ operation: discard, offset: MiB + 32 * KiB, lengthBytes: 32 * KiB })
    expect(memory.usedBytes).toBe(MiB)
    await driver.perform({ operation: zero, lengthBytes: 64 * MiB })
    expect(memory.usedBytes).toBe(0)
  })

  it('shows nothing of what was there before in memory that it takes anew', async () => {
    const { memory, driver } = setUp()
    await driver.write(0, pattern(256 * KiB, 1))
    await driver.perform({ operation: discard, lengthBytes: MiB })
    await driver.write(512, pattern(512, 2))
    const expected = Buffer.alloc(256 * KiB)
    pattern(512, 2).copy(expected, 512)
    expect((await driver.read(0, 256 * KiB)).equals(expected)).toBe(true)
    await driver.perform({ operation: discard, lengthBytes: MiB })
    // The system takes the pages back over the next turns.
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
    await driver.write(10 * MiB + 100 * KiB, pattern(512, 3))
    expect((await driver.read(10 * MiB, 100 * KiB)).equals(Buffer.alloc(100 * KiB))).toBe(true)
    expect(memory.usedBytes).toBe(MiB)
  })

  it('has its memory back in the pool when it is closed', async () => {
    const { memory, driver, store } = setUp()
    await driver.write(0, pattern(4096, 1))
    await store.close()
    expect(memory.usedBytes).toBe(0)
  })

  it('gives back what lies behind a smaller end at once, which reads as zeroes when it grows again', async () => {
    const { memory, store, driver, events } = setUp()
    for (const at of [0, 4 * MiB, 5 * MiB]) await driver.write(at, pattern(8192, 1))
    expect(await store.resize(4 * MiB + 4096)).toBeUndefined()
    expect([store.sizeBytes, memory.usedBytes]).toEqual([4 * MiB + 4096, 2 * MiB])
    expect(await store.resize(64 * MiB)).toBeUndefined()
    const kept = Buffer.concat([pattern(8192, 1).subarray(0, 4096), Buffer.alloc(4096)])
    expect((await driver.read(4 * MiB, 8192)).equals(kept)).toBe(true)
    expect((await driver.read(5 * MiB, 8192)).equals(Buffer.alloc(8192))).toBe(true)
    expect(events).toEqual([{ kind: 'resized' }, { kind: 'resized' }])
  })

  it('may be larger than the memory that there is, which it takes when it is written', async () => {
    const { memory, store, driver } = setUp({ capBytes: MiB })
    expect([await store.resize(TiB), memory.usedBytes]).toEqual([undefined, 0])
    expect([await driver.write(TiB - 4096, pattern(4096, 1)), await driver.write(0, pattern(512, 1))]).toEqual([
      undefined,
      'noSpace',
    ])
  })

  it.each([false, true])('has no size by itself; nullio %s', async nullio => {
    const { store, events } = setUp({ nullio })
    expect([await store.resize(undefined), store.sizeBytes, events]).toEqual(['unsupported', 64 * MiB, []])
  })

  it('costs next to nothing while it is untouched, however large it is', async () => {
    const before = process.memoryUsage()
    const stores = Array.from({ length: 100 }, () => setUp({ sizeBytes: 1024 * TiB }).driver)
    const after = process.memoryUsage()
    expect(after.heapUsed - before.heapUsed).toBeLessThan(8 * MiB)
    // The slabs of these 100 drivers are address space only.
    expect(after.rss - before.rss).toBeLessThan(64 * MiB)
    const driver = stores[0] as StoreDriver
    expect(await driver.perform({ operation: discard, lengthBytes: 1024 * TiB })).toBeUndefined()
    await driver.write(1024 * TiB - 512, pattern(512, 1))
    expect((await driver.read(1024 * TiB - 512, 512)).equals(pattern(512, 1))).toBe(true)
    const request = Object.assign(new StoreRequest(driver), { operation: extents, lengthBytes: 1024 * TiB })
    expect(await driver.run(request)).toBeUndefined()
    expect(request.extents).toEqual([
      { offset: 0, lengthBytes: 1024 * TiB - 4096, allocated: false },
      { offset: 1024 * TiB - 4096, lengthBytes: 4096, allocated: true },
    ])
  })

  it('finds extents by the page', async () => {
    const { driver } = setUp()
    await driver.write(MiB - 4096, pattern(8192, 1))
    await driver.perform({ operation: discard, offset: MiB, lengthBytes: 4096 })
    const request = Object.assign(new StoreRequest(driver), { operation: extents, offset: 512, lengthBytes: 2 * MiB })
    await driver.run(request)
    expect(request.extents).toEqual([
      { offset: 512, lengthBytes: MiB - 4096 - 512, allocated: false },
      { offset: MiB - 4096, lengthBytes: 4096, allocated: true },
      { offset: MiB, lengthBytes: MiB + 512, allocated: false },
    ])
  })

  it('refuses a size that no disk has', () => {
    for (const sizeBytes of [0, -512, 511, 1.5, Number.NaN])
      expect(() => createRamdisk({ name: 'disk0', sizeBytes })).toThrow(
        'which is no block; right is a whole number from 512',
      )
  })

  it.each([false, true])('rounds a size down to whole blocks of 512, and says so; nullio %s', nullio => {
    const heard: StoreOpeningEvent[] = []
    const opened = (event: StoreOpeningEvent) => void heard.push(event)
    expect(createRamdisk({ name: 'disk0', sizeBytes: 1_048_676, nullio, opened }).sizeBytes).toBe(1_048_576)
    expect(heard).toEqual([{ kind: 'sizeRounded', sizeBytes: 1_048_676, servedBytes: 1_048_576 }])
  })
})

describe('the memory of ramdisks', () => {
  it('is refused beyond its cap before anything is written, and reported once', async () => {
    const { memory, driver, events } = setUp({ capBytes: 2 * MiB })
    await driver.write(0, pattern(512, 1))
    await driver.write(MiB, pattern(512, 1))
    expect(await driver.write(2 * MiB - 512, pattern(1024, 2))).toBe('noSpace')
    expect(await driver.write(5 * MiB, pattern(512, 2))).toBe('noSpace')
    expect((await driver.read(2 * MiB - 512, 512)).equals(Buffer.alloc(512))).toBe(true)
    expect(memory.usedBytes).toBe(2 * MiB)
    expect(events).toEqual([{ kind: 'spaceExhausted' }])
    expect(await driver.write(MiB + 512, pattern(512, 2))).toBeUndefined()
    await driver.perform({ operation: discard, offset: MiB, lengthBytes: MiB })
    expect(await driver.write(5 * MiB, pattern(512, 2))).toBeUndefined()
    expect(await driver.write(6 * MiB, pattern(512, 2))).toBe('noSpace')
    expect(events).toHaveLength(2)
  })

  it('is shared by the disks that it was given to', async () => {
    const memory = new RamMemory(2 * MiB)
    const slab = new Slab({ sizeBytes: MiB })
    const make = (name: string) => new StoreDriver(createRamdisk({ name, sizeBytes: 8 * MiB, memory }), slab)
    const [first, second] = [make('disk0'), make('disk1')]
    await first.write(0, pattern(512, 1))
    await second.write(0, pattern(512, 1))
    expect(await second.write(MiB, pattern(512, 1))).toBe('noSpace')
    await first.store.close()
    expect(await second.write(MiB, pattern(512, 1))).toBeUndefined()
  })

  it('holds a chunk at least', () => {
    expect(() => new RamMemory(MiB - 1)).toThrow('holds no chunk')
    expect(new RamMemory(MiB).capBytes).toBe(MiB)
  })

  it('gives no chunk beyond its cap', () => {
    const memory = new RamMemory(2 * MiB)
    memory.take()
    expect([memory.hasRoom(1), memory.hasRoom(2)]).toEqual([true, false])
    memory.take()
    expect(() => memory.take()).toThrow('ramdisks have 2097152 bytes; the cap of 2097152 allows no more')
    expect(memory.usedBytes).toBe(2 * MiB)
  })

  it('that the system does not have is no want of space: the command fails, and nothing is told or written', async () => {
    const { memory, driver, store, events } = setUp()
    const take = vitest.vi.spyOn(memory, 'take').mockImplementation(() => {
      throw new RangeError('Array buffer allocation failed')
    })
    expect(await driver.write(0, pattern(512, 1))).toBe('noMemory')
    take.mockRestore()
    expect([events, store.available]).toEqual([[], true])
    expect((await driver.read(0, 512)).equals(Buffer.alloc(512))).toBe(true)
    expect(await driver.write(0, pattern(512, 1))).toBeUndefined()
  })
})

describe('a nullio disk', () => {
  it('drops what is written and reads zeroes, with no memory at all', async () => {
    const { driver, memory } = setUp({ nullio: true })
    expect(await driver.write(0, pattern(4096, 1))).toBeUndefined()
    expect((await driver.read(0, 4096)).equals(Buffer.alloc(4096))).toBe(true)
    expect(await driver.perform({ operation: flush })).toBeUndefined()
    expect(await driver.perform({ operation: zero, lengthBytes: MiB })).toBeUndefined()
    expect(memory.usedBytes).toBe(0)
  })

  it('has another size at once, of whole blocks, and tells of it where it is another', async () => {
    const { store, events } = setUp({ nullio: true })
    expect([await store.resize(MiB + 100), store.sizeBytes]).toEqual([undefined, MiB])
    expect([await store.resize(MiB), events]).toEqual([undefined, [{ kind: 'resized' }]])
    await store.close()
    expect([await store.resize(2 * MiB), store.sizeBytes]).toEqual(['gone', MiB])
  })

  it('can only be written, read and zeroed, and is always there', async () => {
    const { store } = setUp({ nullio: true })
    store.listen(() => expect.unreachable())()
    await store.checkSize()
    expect(store).toMatchObject({ plugin: 'ramdisk', available: true, sizeBytes: 64 * MiB })
    expect(store.features).toEqual({
      write: true,
      discard: false,
      extents: false,
      discardsToZeroes: false,
      discardGranularityBytes: 4096,
      writeBack: false,
    })
  })

  it('reads zeroes into its part of the memory alone', async () => {
    const { driver } = setUp({ nullio: true })
    const slot = driver.take(2048)
    slot.bytes.fill(7)
    await driver.perform({ operation: StoreOperation.read, lengthBytes: 512, slot, slotOffset: 512 })
    expect(
      Buffer.concat([Buffer.alloc(512, 7), Buffer.alloc(512), Buffer.alloc(1024, 7)]).equals(
        slot.bytes.subarray(0, 2048),
      ),
    ).toBe(true)
    slot.release()
  })

  it('leaves alone what is written, and what is to be read where there is nothing', async () => {
    const { driver } = setUp({ nullio: true })
    const slot = driver.take(512)
    slot.bytes.fill(7)
    await driver.perform({ operation: write, lengthBytes: 512, slot })
    await driver.perform({ operation: StoreOperation.read, offset: 64 * MiB, lengthBytes: 512, slot })
    expect(slot.bytes.subarray(0, 512).equals(Buffer.alloc(512, 7))).toBe(true)
    slot.release()
  })

  it('has an end, and can be closed', async () => {
    const { driver, store } = setUp({ nullio: true })
    expect(await driver.perform({ operation: extents, lengthBytes: 512 })).toBe('unsupported')
    expect(await driver.write(64 * MiB - 512, pattern(512, 1))).toBeUndefined()
    expect(await driver.write(64 * MiB, pattern(512, 1))).toBe('gone')
    expect(await driver.perform({ operation: discard, lengthBytes: 512 })).toBe('unsupported')
    await store.close()
    const slot = driver.take(512)
    expect(await driver.perform({ operation: write, lengthBytes: 512, slot })).toBe('gone')
    slot.release()
  })
})
