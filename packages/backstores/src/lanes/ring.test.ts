import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SystemCall } from '../native/system-call.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { LaneDetail, LaneOperation } from './lane-job.ts'
import { RingHost } from './ring-host.ts'
import { RingMemory, Word } from './ring-memory.ts'
import { RingServer } from './ring-server.ts'

const CAPACITY = 8

/** Both sides of one ring, on one thread. The counts start where asked, to see them wrap. */
function setUp(firstCount = 0, capacity = CAPACITY, clock = () => 0) {
  const memory = RingMemory.allocate(capacity, firstCount)
  const host = new RingHost(memory)
  const server = new RingServer(new RingMemory(memory.shared, capacity), clock)
  return { memory, host, server }
}

const jobs = fc.record({
  operation: fc.constantFrom(LaneOperation.read, LaneOperation.write, LaneOperation.sync, LaneOperation.discard),
  fd: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  sync: fc.boolean(),
  memoryOffset: fc.integer({ min: 0, max: 2 ** 32 }),
  lengthBytes: fc.maxSafeNat(),
  offset: fc.maxSafeNat(),
})

type Step =
  | { readonly kind: 'submit'; readonly job: Partial<NotedJob> }
  | { readonly kind: 'serve'; readonly result: number; readonly detail: number }
  | { readonly kind: 'reap' }

/** A ring beside a plain list of what must be in it. */
class RingModel {
  readonly #host: RingHost
  readonly #server: RingServer
  readonly #inRing: NotedJob[] = []
  readonly #served: { readonly result: number; readonly detail: number }[] = []

  constructor(firstCount: number) {
    const { host, server } = setUp(firstCount)
    this.#host = host
    this.#server = server
  }

  take(step: Step): void {
    if (step.kind === 'submit') this.#submit(new NotedJob(step.job))
    else if (step.kind === 'serve') this.#serve(step)
    else this.#reap()
    assert.equal(this.#host.pending, this.#inRing.length)
    assert.equal(this.#host.completed, this.#served.length)
  }

  #submit(job: NotedJob): void {
    const fits = this.#inRing.length < CAPACITY
    assert.equal(this.#host.submit(job), fits)
    if (fits) this.#inRing.push(job)
  }

  #serve({ result, detail }: { readonly result: number; readonly detail: number }): void {
    const current = this.#inRing[this.#served.length]
    assert.equal(this.#server.next(), current !== undefined)
    if (!current) return
    for (const field of ['operation', 'fd', 'sync', 'memoryOffset', 'lengthBytes', 'offset'] as const)
      assert.equal(this.#server[field], current[field])
    this.#server.complete(result, detail)
    this.#served.push({ result, detail })
  }

  #reap(): void {
    const served = this.#served.shift()
    const job = this.#host.reap()
    assert.equal(job, served ? this.#inRing.shift() : undefined)
    if (job && served) assert.deepEqual([job.result, job.detail, job.lost], [served.result, served.detail, false])
  }
}

describe('the ring', () => {
  it('carries every job to the lane and its result back, in order, however both sides alternate', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('submit' as const), job: jobs }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('serve' as const), result: fc.integer(), detail: fc.nat(2) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('reap' as const) }) },
    )
    const starts = fc.constantFrom(0, 2 ** 31 - 3, -3, 2 ** 31 - 1, -(2 ** 31))
    const property = fc.property(starts, fc.array(step, { maxLength: 200 }), (firstCount, steps) => {
      const model = new RingModel(firstCount)
      for (const each of steps) model.take(each)
    })
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow()
  })

  it('works on when its counts wrap', () => {
    const { host, server } = setUp(2 ** 31 - 2, 2)
    for (let i = 0; i < 6; i++) {
      const job = new NotedJob({ offset: i })
      expect(host.submit(job)).toBe(true)
      expect(server.next()).toBe(true)
      expect(server.offset).toBe(i)
      server.complete(i * 10, 0)
      expect(host.reap()).toBe(job)
      expect(job.result).toBe(i * 10)
    }
  })

  it('asks for one doorbell a batch', () => {
    const { host, server } = setUp()
    for (let i = 0; i < 4; i++) host.submit(new NotedJob())
    const rings = [0, 1, 2].map(() => server.next() && server.complete(0, 0))
    expect(rings).toEqual([true, false, false])
    expect(host.arm()).toBe(false)
    while (host.reap()) continue
    expect(host.arm()).toBe(true)
    server.next()
    expect(server.complete(0, 0)).toBe(true)
  })

  it('wakes the lane only when it sleeps, and once', () => {
    const { host, memory } = setUp()
    memory.head[Word.sleeping] = 1
    host.submit(new NotedJob())
    expect(memory.head[Word.sleeping]).toBe(0)
  })

  it('tells how long the lane was in each job', () => {
    let nowMs = 5
    const { host, server } = setUp(0, CAPACITY, () => nowMs)
    for (let i = 0; i < 2; i++) host.submit(new NotedJob())
    for (const elapsedMs of [0.25, 3]) {
      server.next()
      nowMs += elapsedMs
      server.complete(0, 0)
      nowMs += 100
    }
    expect([host.reap()?.busyMs, host.reap()?.busyMs]).toEqual([0.25, 3])
  })

  it('is polled until its time is over, and finds what came meanwhile', () => {
    let nowMs = 0
    let submitsAtMs = Number.POSITIVE_INFINITY
    const { host, server } = setUp(0, CAPACITY, () => {
      nowMs += 0.01
      if (nowMs >= submitsAtMs) host.submit(new NotedJob({ offset: 7 }))
      return nowMs
    })
    expect(server.poll(50)).toBe(false)
    expect(nowMs).toBeLessThan(0.08)
    submitsAtMs = nowMs
    expect(server.poll(50)).toBe(true)
    expect(server.offset).toBe(7)
  })

  it('is not polled at all for 0 microseconds', () => {
    const { host, server } = setUp()
    host.submit(new NotedJob())
    expect(server.poll(0)).toBe(false)
  })

  it('does not sleep when something was submitted before', () => {
    const { memory, host, server } = setUp()
    host.submit(new NotedJob())
    server.sleep()
    expect(server.next()).toBe(true)
    expect(memory.head[Word.sleeping]).toBe(0)
  })

  it('gives back what a dead lane had, and knows which one it may have begun', () => {
    const { host, server } = setUp()
    const jobs = [0, 1, 2].map(offset => new NotedJob({ offset }))
    for (const job of jobs) host.submit(job)
    server.next()
    server.complete(7, LaneDetail.none)
    expect(host.reap()).toBe(jobs[0])
    expect([host.lose(), host.lose(), host.lose()]).toEqual([jobs[1], jobs[2], undefined])
    expect(jobs.map(({ lost, begun }) => [lost, begun])).toEqual([
      [false, false],
      [true, true],
      [true, false],
    ])
  })

  it.each([0, 2 ** 31 - 2, -2])(
    'leaves a retired lane what it had begun and gives the rest back (counts from %i)',
    first => {
      const { host, server } = setUp(first)
      const jobs = [0, 1, 2, 3].map(offset => new NotedJob({ offset }))
      for (const job of jobs) host.submit(job)
      server.next()
      server.complete(0, LaneDetail.none)
      server.next()
      expect(host.reap()).toBe(jobs[0])
      expect(host.retire()).toEqual(jobs.slice(2))
      expect([host.current, host.pending]).toEqual([jobs[1], 1])
      server.complete(7, LaneDetail.none)
      expect([server.next(), server.retired]).toEqual([true, true])
      expect(host.reap()).toBe(jobs[1])
      expect([jobs[1]?.result, host.pending, host.reap(), host.lose()]).toEqual([7, 0, undefined, undefined])
    },
  )

  it('gives everything back of a lane that is retired before it begins, and wakes it if it sleeps', () => {
    const { host, server } = setUp()
    expect(host.retire()).toEqual([])
    // Returns at once: it looks as if there were something to do.
    server.sleep()
    expect([server.next(), server.retired]).toEqual([true, true])
    const other = setUp()
    const job = new NotedJob()
    other.host.submit(job)
    expect(other.host.retire()).toEqual([job])
    expect([other.server.next(), other.server.retired, other.host.pending]).toEqual([true, true, 0])
  })

  it('knows that a job was lost which a retired lane did not come back from', () => {
    const { host, server } = setUp()
    const jobs = [0, 1].map(offset => new NotedJob({ offset }))
    for (const job of jobs) host.submit(job)
    server.next()
    host.retire()
    expect([host.lose(), host.lose(), jobs[0]?.begun]).toEqual([jobs[0], undefined, true])
  })

  it('carries the ends of extents', () => {
    const { host, server } = setUp()
    const job = new NotedJob({ operation: LaneOperation.extents })
    host.submit(job)
    server.next()
    server.setBoundary(0, 4096)
    server.setBoundary(1, 2 ** 40)
    server.complete(2, LaneDetail.dataFirst)
    host.reap()
    expect(job.boundaries?.slice(0, job.result)).toEqual(new Float64Array([4096, 2 ** 40]))
  })

  it('carries which system call an error came from, beside the detail', () => {
    const { host, server } = setUp()
    const job = new NotedJob()
    host.submit(job)
    server.next()
    server.complete(-5, LaneDetail.syncFailed, SystemCall.fdatasync)
    host.reap()
    expect([job.result, job.detail, job.call]).toEqual([-5, 1, 5])
    host.submit(job)
    server.next()
    server.complete(512, LaneDetail.none)
    host.reap()
    expect([job.result, job.detail, job.call]).toEqual([512, 0, 0])
  })

  it('refuses a number of entries that is not a power of two', () => {
    expect(() => RingMemory.allocate(12)).toThrow('power of two')
  })
})
