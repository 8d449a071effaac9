import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pattern, StoreDriver } from '../compliance/index.ts'
import { createLanes, type Lanes } from '../lanes/lanes.ts'
import type { StoreEvent } from '../store/store-event.ts'
import type { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { type Fileio, openFileio } from './fileio.ts'

const MiB = 1024 * 1024
const { flush } = StoreOperation

let directory: string
let slab: Slab
let timers: ManualTimers
let lanes: Lanes
let stores: Fileio[]
let events: { readonly store: string; readonly event: StoreEvent }[]
let heardEvent: () => void

/** Opens a store that reads and writes through its lanes only. */
async function open(name: string, how: { writeBack: boolean; direct?: boolean }): Promise<StoreDriver> {
  const path = join(directory, name)
  const store = await openFileio({ name, path, sizeBytes: 4 * MiB, lanes, inPlace: false, ...how })
  store.listen(event => {
    events.push({ store: name, event })
    heardEvent()
  })
  stores.push(store)
  return new StoreDriver(store, slab)
}

/** Writes one block through, again and again: the lane may have done all else before it dies. */
async function writeUntilFault(driver: StoreDriver, block: number): Promise<StoreFault> {
  for (;;) {
    const fault = await driver.write(block * 4096, pattern(4096, block), { fua: true })
    if (fault) return fault
  }
}

/** Resolves when a store is available, or not, as asked. */
function whenAvailable(available: boolean, { store }: StoreDriver): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  heardEvent = () => {
    if (store.available === available) resolve()
  }
  heardEvent()
  return promise
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-death-'))
  slab = new Slab({ sizeBytes: 8 * MiB, poison: true })
  timers = new ManualTimers()
  lanes = createLanes({ slab, timers })
  stores = []
  events = []
  heardEvent = () => {}
  await lanes.ready
})

afterEach(async () => {
  for (const store of stores) await store.close()
  await lanes.close()
  if (slab.takenBytes > 0) throw new Error(`${slab.takenBytes} bytes of slots were leaked`)
  rmSync(directory, { recursive: true })
})

describe('fileio stores whose lane is killed', () => {
  it.each([{ writeBack: true }, { writeBack: false }, { writeBack: true, direct: true }])(
    'lose no acknowledged write and serve again: %j',
    async how => {
      const driver = await open('disk0', how)
      const blocks = Array.from({ length: 200 }, (_, i) => i)
      const pending = blocks.map(i => driver.write(i * 4096, pattern(4096, i), { fua: i % 2 === 0 }))
      const meanwhile = writeUntilFault(driver, blocks.length)
      lanes.terminate(0)
      const faults = await Promise.all(pending)
      expect(await meanwhile).toBe('laneLost')
      expect(faults.filter(fault => fault !== undefined && fault !== 'laneLost')).toEqual([])
      expect(driver.store.available).toBe(false)
      timers.advance(100)
      await whenAvailable(true, driver)
      const read = await Promise.all(blocks.map(i => driver.read(i * 4096, 4096)))
      const acknowledged = blocks.filter(i => faults[i] === undefined)
      expect(acknowledged.every(i => read[i]?.equals(pattern(4096, i)))).toBe(true)
      // What was lost may be written again.
      await Promise.all(blocks.map(i => driver.write(i * 4096, pattern(4096, i))))
      expect(await driver.perform({ operation: flush })).toBeUndefined()
      expect(await driver.store.close()).toBeUndefined()
      const expected = Buffer.concat(blocks.map(i => pattern(4096, i)))
      expect(readFileSync(join(directory, 'disk0')).subarray(0, expected.length).equals(expected)).toBe(true)
    },
  )

  it('leave the stores of other lanes alone', async () => {
    const [first, second] = [await open('disk0', { writeBack: false }), await open('disk1', { writeBack: false })]
    lanes.terminate(0)
    await whenAvailable(false, first)
    expect(second.store.available).toBe(true)
    expect(await second.write(0, pattern(4096, 1))).toBeUndefined()
    expect(await first.write(0, pattern(4096, 1))).toBe('laneLost')
    timers.advance(100)
    await whenAvailable(true, first)
    expect(events).toEqual([
      { store: 'disk0', event: { kind: 'availability', available: false } },
      { store: 'disk0', event: { kind: 'availability', available: true } },
    ])
  })

  it('survive that many times under load', async () => {
    const driver = await open('disk0', { writeBack: true })
    const { store } = driver
    let acknowledged = 0
    for (let round = 0; round < 5; round++) {
      await whenAvailable(true, driver)
      const pending = Array.from({ length: 64 }, (_, i) =>
        driver.write(i * 8192, pattern(8192, i), { fua: i % 4 === 0 }),
      )
      pending.push(driver.perform({ operation: flush }))
      lanes.terminate(0)
      const faults = await Promise.all(pending)
      acknowledged += faults.filter(fault => fault === undefined).length
      await whenAvailable(false, driver)
      timers.advance(30_000)
    }
    await whenAvailable(true, driver)
    expect(acknowledged).toBeGreaterThan(0)
    expect(await driver.perform({ operation: flush })).toBeUndefined()
    expect(store.available).toBe(true)
  })

  it('are closed all the same while it is down, and flushed', async () => {
    const driver = await open('disk0', { writeBack: true })
    await driver.write(0, pattern(4096, 1))
    lanes.terminate(0)
    await whenAvailable(false, driver)
    expect(await driver.store.close()).toBeUndefined()
  })
})
