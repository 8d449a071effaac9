import { Slab } from '@lunkit/wire'
import * as vitest from 'vitest'
import { describe, expect, it } from 'vitest'
import { pattern, StoreDriver, storeCompliance } from '../compliance/index.ts'
import { createRamdisk } from '../ramdisk/ramdisk.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import type { Timers } from '../timers.ts'
import { DelayLayer } from './delay.ts'
import { FailLayer } from './fail.ts'

const { extents, flush, read, write } = StoreOperation
const make = (sizeBytes: number) => createRamdisk({ name: 'disk0', sizeBytes })

/** Any time is over in the next turn. */
const immediate: Timers = {
  now: () => 0,
  after(_, run) {
    const turn = setImmediate(run)
    return () => clearImmediate(turn)
  },
}

storeCompliance('the delay layer, idle', ({ sizeBytes }) => new DelayLayer(make(sizeBytes)), vitest)
storeCompliance(
  'the delay layer, holding everything for a while',
  ({ sizeBytes }) => {
    const layer = new DelayLayer(make(sizeBytes), immediate)
    layer.hold({ delayMs: 5 })
    return layer
  },
  vitest,
)

describe('the delay layer', () => {
  const slab = new Slab({ sizeBytes: 1024 * 1024 })

  function setUp(): { layer: DelayLayer; driver: StoreDriver; timers: ManualTimers } {
    const timers = new ManualTimers()
    const layer = new DelayLayer(make(1024 * 1024), timers)
    return { layer, driver: new StoreDriver(layer, slab), timers }
  }

  it('holds operations until they are released, in their order', async () => {
    const { layer, driver } = setUp()
    layer.hold({ operations: [write] })
    const ended: number[] = []
    const writes = [1, 2, 3].map(i => driver.write(i * 512, pattern(512, i)).then(() => ended.push(i)))
    expect((await driver.read(512, 512)).equals(Buffer.alloc(512))).toBe(true)
    expect(layer.held).toBe(3)
    layer.release(2)
    await Promise.all(writes.slice(0, 2))
    expect(ended).toEqual([1, 2])
    expect(layer.held).toBe(1)
    layer.release()
    await writes[2]
    expect((await driver.read(1536, 512)).equals(pattern(512, 3))).toBe(true)
  })

  it('holds operations for a time', async () => {
    const { layer, driver, timers } = setUp()
    layer.hold({ delayMs: 100 })
    const flushed = driver.perform({ operation: flush })
    timers.advance(99)
    expect(layer.held).toBe(1)
    timers.advance(1)
    expect(layer.held).toBe(0)
    expect(await flushed).toBeUndefined()
  })

  it('holds those of a range, some of them, and no more than it was told', async () => {
    const draws = [0.2, 0.9, 0.2, 0.2]
    const layer = new DelayLayer(make(1024 * 1024), new ManualTimers(), () => draws.shift() ?? 0)
    const driver = new StoreDriver(layer, slab)
    layer.hold({ offset: 4096, lengthBytes: 4096, probability: 0.5, times: 2 })
    await driver.write(0, pattern(512, 1))
    const writes = Array.from({ length: 4 }, (_, i) => driver.write(4096 + i * 512, pattern(512, i)))
    expect([layer.held, driver.pending]).toEqual([2, 2])
    layer.release()
    expect(await Promise.all(writes)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('lets one go before its time that is hurried, and none that somebody else is to release', async () => {
    const { layer, driver, timers } = setUp()
    const request = Object.assign(new StoreRequest(driver), { operation: flush })
    layer.hold({ delayMs: 100 })
    const ended = driver.run(request)
    layer.hurry(request)
    timers.advance(0)
    expect(await ended).toBeUndefined()
    layer.hold({})
    const held = driver.run(request)
    layer.hurry(request)
    timers.advance(100)
    expect(layer.held).toBe(1)
    layer.release()
    await held
  })

  it('passes a fault on, and what was found', async () => {
    const { layer, driver } = setUp()
    layer.hold({})
    const slot = driver.take(512)
    const beyond = driver.perform({ operation: read, offset: 1024 * 1024, lengthBytes: 512, slot })
    layer.release()
    expect(await beyond).toBe(StoreFault.gone)
    slot.release()
  })

  it('passes on what caused a fault', async () => {
    const cause = { code: 'EIO', errno: 5, call: 'pwrite' }
    const behind = new FailLayer(make(1024 * 1024))
    behind.fail({ fault: StoreFault.io, cause })
    const layer = new DelayLayer(behind, new ManualTimers())
    layer.hold({})
    const driver = new StoreDriver(layer, slab)
    const request = Object.assign(new StoreRequest(driver), { operation: flush })
    const flushed = driver.run(request)
    layer.release()
    expect([await flushed, request.cause]).toEqual(['io', cause])
  })

  it('passes on what a store behind it does later, and how many extents are wanted', async () => {
    const behind = new DelayLayer(make(1024 * 1024), new ManualTimers())
    const timers = new ManualTimers()
    const layer = new DelayLayer(behind, timers)
    behind.hold({})
    layer.hold({ delayMs: 10 })
    const driver = new StoreDriver(layer, slab)
    const written = driver.write(4096, pattern(4096, 1))
    timers.advance(10)
    expect([layer.held, behind.held]).toEqual([0, 1])
    behind.release()
    await written
    layer.hold(undefined)
    behind.hold(undefined)
    expect((await driver.read(4096, 4096)).equals(pattern(4096, 1))).toBe(true)
    layer.hold({})
    const request = Object.assign(new StoreRequest(driver), {
      operation: extents,
      lengthBytes: 1024 * 1024,
      maxExtents: 2,
    })
    const found = driver.run(request)
    layer.release()
    expect(await found).toBeUndefined()
    expect(request.extents).toEqual([
      { offset: 0, lengthBytes: 4096, allocated: false },
      { offset: 4096, lengthBytes: 4096, allocated: true },
    ])
  })

  it('releases what it is to release before its time, which does not come any more', async () => {
    const { layer, driver, timers } = setUp()
    layer.hold({ delayMs: 100 })
    const flushed = driver.perform({ operation: flush })
    layer.release()
    expect([await flushed, layer.held, timers.set]).toEqual([undefined, 0, 0])
  })

  it('waits, when it is closed, for what it let go and has not come back', async () => {
    const behind = new DelayLayer(make(1024 * 1024), new ManualTimers())
    const layer = new DelayLayer(behind, new ManualTimers())
    behind.hold({ operations: [flush] })
    layer.hold({})
    const driver = new StoreDriver(layer, slab)
    const ended: string[] = []
    const flushed = driver.perform({ operation: flush }).then(() => ended.push('flushed'))
    const closed = layer.close().then(() => ended.push('closed'))
    await new Promise(resolve => setImmediate(resolve))
    expect(ended).toEqual([])
    behind.release()
    await Promise.all([flushed, closed])
    expect(ended).toEqual(['flushed', 'closed'])
  })

  it('takes nothing more once it is closed', async () => {
    const { layer, driver } = setUp()
    await layer.close()
    expect(await driver.perform({ operation: flush })).toBe(StoreFault.gone)
  })

  it('lets go of what it holds when it is closed', async () => {
    const { layer, driver } = setUp()
    layer.hold({})
    const written = driver.write(0, pattern(512, 1))
    await layer.close()
    expect(await written).toBeUndefined()
  })
})
