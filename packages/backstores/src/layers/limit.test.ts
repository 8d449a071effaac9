import { Slab } from '@lunkit/wire'
import * as vitest from 'vitest'
import { describe, expect, it } from 'vitest'
import { pattern, StoreDriver, storeCompliance } from '../compliance/index.ts'
import { createRamdisk } from '../ramdisk/ramdisk.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { LimitLayer } from './limit.ts'
import type { LimitRule } from './limit-rule.ts'

const MIB = 1024 * 1024
const SECOND = 1000
const { flush, read, zero } = StoreOperation
const make = (sizeBytes: number) => createRamdisk({ name: 'disk0', sizeBytes })

storeCompliance('the limit layer, idle', ({ sizeBytes }) => new LimitLayer(make(sizeBytes)), vitest)
storeCompliance(
  'the limit layer, with much waiting',
  ({ sizeBytes }) => {
    const layer = new LimitLayer(make(sizeBytes))
    layer.limit({ operations: 20_000, perSource: { operations: 15_000 }, burstMs: 1 })
    return layer
  },
  vitest,
)

const slab = new Slab({ sizeBytes: 64 * MIB })

/** Initiators that keep so many reads under way, of this length, and what came of it. */
class Load {
  readonly layer: LimitLayer
  readonly timers = new ManualTimers()
  readonly done = new Map<string, number>()

  constructor(rule: LimitRule) {
    this.layer = new LimitLayer(make(MIB), this.timers)
    this.layer.limit(rule)
  }

  keep(source: string, { depth, lengthBytes = 4096 }: { readonly depth: number; readonly lengthBytes?: number }): void {
    for (let i = 0; i < depth; i++) {
      const slot = slab.take(lengthBytes)
      const fields = { operation: read, lengthBytes, slot, source }
      const request = new StoreRequest({ completed: () => this.#again(request) })
      Object.assign(request, fields)
      // A store that answers at once would be asked for ever within a turn.
      this.#ask(request)
    }
  }

  /** What a source has done within so many ms. */
  run(ms: number): (source: string) => number {
    const before = new Map(this.done)
    this.timers.advance(ms)
    return source => (this.done.get(source) ?? 0) - (before.get(source) ?? 0)
  }

  #again(request: StoreRequest): void {
    const name = String(request.source)
    this.done.set(name, (this.done.get(name) ?? 0) + 1)
    this.timers.after(0.01, () => this.#ask(request))
  }

  #ask(request: StoreRequest): void {
    if (this.layer.submit(request)) this.#again(request)
  }
}

describe('a limit', () => {
  it.each([
    ['500 operations a second', { operations: 500 }, 1, 4096, 500],
    ['500 operations a second', { operations: 500 }, 128, 4096, 500],
    ['20 MB a second', { bytes: 20e6 }, 1, 4096, 20e6 / 4096],
    ['20 MB a second', { bytes: 20e6 }, 128, 65_536, 20e6 / 65_536],
    ['both, of which one is reached', { operations: 500, bytes: 200e6 }, 32, 4096, 500],
    ['both, of which the other is', { operations: 50_000, bytes: 20e6 }, 32, 65_536, 20e6 / 65_536],
  ])(
    'of %s holds over ten seconds at whatever depth: %o, depth %i, %i bytes',
    (_, rule, depth, lengthBytes, perSecond) => {
      const load = new Load(rule)
      load.keep('a', { depth, lengthBytes })
      const done = load.run(10 * SECOND)('a')
      expect(done).toBeGreaterThan(9.9 * perSecond)
      expect(done).toBeLessThan(10.2 * perSecond)
    },
  )

  it.each([
    [{ operations: 500 }, [32, 32], [4096, 4096]],
    [{ operations: 500 }, [1, 128], [4096, 4096]],
    [{ bytes: 20e6 }, [16, 128], [65_536, 65_536]],
  ])('is shared evenly by two that have as much to do: %o, depths %j', (rule, depths, lengths) => {
    const load = new Load(rule)
    for (const [at, name] of ['a', 'b'].entries())
      load.keep(name, { depth: depths[at] as number, lengthBytes: lengths[at] as number })
    const done = load.run(10 * SECOND)
    expect(done('a') / done('b')).toBeCloseTo(1, 1)
  })

  it('of bytes is shared evenly by who asks for little and who asks for much at a time', () => {
    const load = new Load({ bytes: 20e6 })
    load.keep('little', { depth: 64, lengthBytes: 4096 })
    load.keep('much', { depth: 64, lengthBytes: 65_536 })
    const done = load.run(10 * SECOND)
    expect((done('little') * 4096) / (done('much') * 65_536)).toBeCloseTo(1, 1)
  })

  it('for each source holds for each by itself, and none waits for another', () => {
    const load = new Load({ perSource: { operations: 100 } })
    load.keep('a', { depth: 64 })
    load.run(5 * SECOND)
    load.keep('b', { depth: 1 })
    const done = load.run(10 * SECOND)
    expect([done('a'), done('b')].map(count => Math.round(count / 50) * 50)).toEqual([1000, 1000])
  })

  it('lets as much through at once as its burst has saved up, and no more', () => {
    const load = new Load({ operations: 100, burstMs: 500 })
    load.timers.advance(60 * SECOND)
    load.keep('a', { depth: 200 })
    expect(load.done.get('a')).toBe(51)
  })

  it('changes while operations wait, and is taken away, which lets all of them go', () => {
    const load = new Load({ operations: 10 })
    load.keep('a', { depth: 64 })
    load.run(2 * SECOND)
    load.layer.limit({ operations: 1000 })
    load.run(SECOND)
    expect(load.run(SECOND)('a')).toBeCloseTo(1000, -1)
    expect(load.layer.counts.waiting).toBeGreaterThan(0)
    load.layer.limit(undefined)
    expect(load.layer.counts.waiting).toBe(0)
  })
})

describe('the limit layer', () => {
  function setUp(rule: LimitRule = { operations: 1, burstMs: 1 }) {
    const timers = new ManualTimers()
    const layer = new LimitLayer(make(MIB), timers)
    layer.limit(rule)
    return { timers, layer, driver: new StoreDriver(layer, slab) }
  }

  it('makes no flush wait, and nothing that is refused', async () => {
    const { driver, layer } = setUp()
    await driver.write(0, pattern(512, 1))
    const waiting = driver.write(512, pattern(512, 2))
    expect(await driver.perform({ operation: flush })).toBeUndefined()
    expect(await driver.perform({ operation: zero, offset: MIB, lengthBytes: 512 })).toBe(StoreFault.gone)
    expect(layer.counts).toMatchObject({ waiting: 1, delayed: 1 })
    layer.limit(undefined)
    expect(await waiting).toBeUndefined()
  })

  it('counts how long operations have waited', async () => {
    const { driver, layer, timers } = setUp()
    await driver.write(0, pattern(512, 1))
    const written = driver.write(0, pattern(512, 2))
    timers.advance(1000)
    await written
    expect(layer.counts).toEqual({ waiting: 0, delayed: 1, waitedMs: 999 })
  })

  it('lets one go that is hurried, which is paid for all the same', async () => {
    const { driver, layer, timers } = setUp()
    await driver.write(0, pattern(512, 1))
    const request = Object.assign(new StoreRequest(driver), { operation: zero, lengthBytes: 512 })
    const ended = driver.run(request)
    layer.hurry(request)
    expect(driver.pending).toBe(1)
    timers.advance(0)
    expect(await ended).toBeUndefined()
    const next = driver.write(0, pattern(512, 1))
    timers.advance(1500)
    expect(driver.pending).toBe(1)
    timers.advance(1000)
    expect(await next).toBeUndefined()
  })

  it('lets all go that waits when it is closed, and takes nothing more', async () => {
    const { driver, layer } = setUp()
    const writes = [1, 2, 3].map(i => driver.write(i * 512, pattern(512, i)))
    await layer.close()
    expect(await Promise.all(writes)).toEqual([undefined, undefined, undefined])
    expect(await driver.perform({ operation: zero, lengthBytes: 512 })).toBe(StoreFault.gone)
  })
})
