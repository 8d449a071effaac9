import { Slab } from '@lunkit/wire'
import * as vitest from 'vitest'
import { describe, expect, it } from 'vitest'
import { pattern, StoreDriver, storeCompliance } from '../compliance/index.ts'
import { createRamdisk } from '../ramdisk/ramdisk.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { DelayLayer } from './delay.ts'
import { FailLayer } from './fail.ts'
import { type EndedOperation, LogLayer, type LogRule } from './log.ts'

const MIB = 1024 * 1024
const { flush, read, write, zero } = StoreOperation
const make = (sizeBytes = MIB) => createRamdisk({ name: 'disk0', sizeBytes })
const logging = (behind: Store, outcomes: LogRule['outcomes'], tell: LogRule['tell'] = () => {}): LogLayer => {
  const layer = new LogLayer(behind)
  layer.log({ outcomes, tell })
  return layer
}

storeCompliance('the log layer, idle', ({ sizeBytes }) => new LogLayer(make(sizeBytes)), vitest)
storeCompliance('the log layer, telling everything', ({ sizeBytes }) => logging(make(sizeBytes), 'all'), vitest)

describe('the log layer', () => {
  const slab = new Slab({ sizeBytes: MIB })

  function setUp() {
    const timers = new ManualTimers()
    const fail = new FailLayer(make())
    const delay = new DelayLayer(fail, timers)
    const layer = new LogLayer(delay, timers)
    const told: EndedOperation[] = []
    const log = (outcomes: LogRule['outcomes']) => layer.log({ outcomes, tell: ended => void told.push(ended) })
    return { layer, delay, fail, timers, told, log, driver: new StoreDriver(layer, slab) }
  }

  it('tells of what has ended at once, and of what took its time how long', async () => {
    const { delay, driver, told, log, timers } = setUp()
    log('all')
    await driver.write(512, pattern(1024, 1))
    delay.hold({ delayMs: 25 })
    const flushed = driver.perform({ operation: flush })
    timers.advance(25)
    await flushed
    const common = { blockBytes: undefined, source: undefined, fault: undefined }
    expect(told).toEqual([
      { ...common, operation: write, offset: 512, lengthBytes: 1024, durationMs: 0 },
      { ...common, operation: flush, offset: 0, lengthBytes: 0, durationMs: 25 },
    ])
  })

  it('tells for whom it was, and of failures alone where that is asked', async () => {
    const { driver, told, log, fail } = setUp()
    log('errors')
    const request = Object.assign(new StoreRequest(driver), { operation: zero, lengthBytes: 512, source: 'host' })
    expect(await driver.run(request)).toBeUndefined()
    fail.fail({ fault: StoreFault.io, cause: { code: 'EIO', errno: 5, call: 'fallocate' } })
    expect([await driver.run(request), request.cause?.code]).toEqual(['io', 'EIO'])
    expect(told).toMatchObject([{ operation: zero, source: 'host', fault: 'io' }])
  })

  it('is changed while operations are under way, and says nothing of them once it is off', async () => {
    const { layer, driver, told, log, delay } = setUp()
    delay.hold({})
    const before = driver.perform({ operation: flush })
    log('all')
    const between = driver.perform({ operation: flush })
    layer.log(undefined)
    delay.release()
    await Promise.all([before, between])
    expect(told).toEqual([])
  })

  it('has what it told of go on before its time where somebody waits for it', async () => {
    const { layer, driver, log, delay, timers, told } = setUp()
    log('all')
    delay.hold({ delayMs: 1000 })
    const slot = driver.take(512)
    const request = Object.assign(new StoreRequest(driver), { operation: read, lengthBytes: 512, slot })
    const ended = driver.run(request)
    layer.hurry(request)
    timers.advance(0)
    expect(await ended).toBeUndefined()
    expect(told.length).toBe(1)
    slot.release()
  })
})
