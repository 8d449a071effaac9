import { Block } from '@lunkit/statistics'
import { describe, expect, it } from 'vitest'
import { ManualTimers } from '../testing/manual-timers.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { ScriptedThread } from '../testing/scripted-thread.ts'
import { Lane } from './lane.ts'
import { LaneAffinity } from './lane-affinity.ts'
import { LaneOperation } from './lane-job.ts'
import { laneMetrics } from './lane-metrics.ts'

const RING_ENTRIES = 256
const STUCK_MS = 1500

/** A lane whose threads are the test's, two stores that are at home in it, and what its set hears. */
function setUp() {
  const timers = new ManualTimers()
  const threads: ScriptedThread[] = []
  const heard: string[] = []
  const says = (what: string, cause?: Error) => heard.push(cause ? `${what}: ${cause.message}` : what)
  const row = new Block(laneMetrics).row({ lane: '3' })
  const lane = new Lane({
    row,
    index: 3,
    memory: new SharedArrayBuffer(64),
    native: false,
    timers,
    pollUs: Int32Array.of(0),
    owner: {
      laneDied: (_, lost, cause) => says(`died ${[...lost].map(({ client }) => client.name).join()}`, cause),
      laneServes: () => says('serves'),
      laneUnplaced: (_, errno) => says(`unplaced ${errno}`),
      laneStuck: (_, { client }) => says(`stuck ${client.name}`),
      laneReturned: (_, { client }, cause) => says(`returned ${client.name}`, cause),
    },
    startThread: options => {
      const thread = new ScriptedThread(options)
      threads.push(thread)
      return thread
    },
  })
  const store = (name: string) =>
    new LaneAffinity({ plugin: 'fileio', name, laneDown: () => undefined, laneUp: () => undefined }, lane, {
      streamOf: () => undefined,
      choose: () => lane,
      detached: () => undefined,
    })
  const thread = (index: number): ScriptedThread => threads[index] as ScriptedThread
  return { lane, timers, threads, thread, heard, store, slow: store('slow'), other: store('other') }
}

/** The same, with a job of the slow store's that the first thread does not come back from. */
function stuck() {
  const made = setUp()
  const { thread, timers, slow, heard } = made
  thread(0).ready()
  const hanging = new NotedJob()
  slow.submit(hanging)
  thread(0).begin()
  const hang = () => timers.advance(STUCK_MS)
  heard.length = 0
  return { ...made, hanging, hang }
}

describe('a lane whose thread does not come back from an operation', () => {
  it('has another thread after a second and a half, and not before', () => {
    const { lane, timers, threads, thread, heard } = stuck()
    timers.advance(STUCK_MS - 1)
    expect([threads.length, heard, lane.state]).toEqual([1, [], 'serving'])
    timers.advance(1)
    expect([threads.length, heard, lane.state]).toEqual([2, ['stuck slow'], 'starting'])
    thread(1).ready()
    expect([heard, lane.state]).toEqual([['stuck slow', 'serves'], 'serving'])
    expect(thread(0).terminated).toBe(false)
  })

  it('has the jobs that it had not begun done by the other one, in their order', () => {
    const { hang, thread, other } = stuck()
    const order: number[] = []
    const jobs = Array.from(
      { length: RING_ENTRIES + 20 },
      (_, i) => new NotedJob({ offset: i }, job => order.push(job.offset)),
    )
    for (const job of jobs) other.submit(job)
    hang()
    thread(1).ready()
    expect(thread(0).begin()).toBe(false)
    expect(thread(1).work()).toBe(jobs.length)
    expect(order).toEqual(jobs.map(({ offset }) => offset))
    expect(jobs.every(({ endings, lost }) => endings === 1 && !lost)).toBe(true)
  })

  it('has what the same store wants wait until it returns', () => {
    const { hang, thread, slow, hanging, heard } = stuck()
    const before = new NotedJob()
    slow.submit(before)
    hang()
    const after = new NotedJob()
    slow.submit(after)
    thread(1).ready()
    expect(thread(1).work()).toBe(0)
    thread(0).complete(17)
    expect([hanging.endings, hanging.result, hanging.lost]).toEqual([1, 17, false])
    expect(thread(1).work()).toBe(2)
    expect([before.endings, after.endings]).toEqual([1, 1])
    thread(0).end()
    expect(heard).toEqual(['stuck slow', 'serves', 'returned slow'])
  })

  it('says that it has returned before its job ends', () => {
    const made = stuck()
    const { hang, thread, slow, heard } = made
    hang()
    const seen: string[][] = []
    Object.assign(made.hanging, { ended: () => seen.push([...heard]) })
    thread(0).complete()
    expect(seen).toEqual([['stuck slow', 'returned slow']])
    expect(slow.home.state).toBe('starting')
  })

  it('loses the job when the thread ends instead, and tells why', () => {
    const { hang, lane, thread, slow, hanging, heard } = stuck()
    hang()
    const waiting = new NotedJob()
    slow.submit(waiting)
    thread(1).ready()
    thread(0).end(new Error('out of memory'))
    expect([hanging.endings, hanging.lost, hanging.begun]).toEqual([1, true, true])
    expect(heard).toEqual(['stuck slow', 'serves', 'returned slow: out of memory'])
    expect([lane.state, thread(1).work(), waiting.lost]).toEqual(['serving', 1, false])
  })

  it('does not take for its return what it had done before', () => {
    const { thread, timers, slow, other, heard } = setUp()
    thread(0).ready()
    const done = new NotedJob()
    other.submit(done)
    slow.submit(new NotedJob())
    thread(0).begin()
    thread(0).completeQuietly()
    thread(0).begin()
    timers.advance(STUCK_MS + 500)
    expect(heard).toEqual(['serves', 'stuck slow'])
    thread(0).ring()
    expect([done.endings, heard]).toEqual([1, ['serves', 'stuck slow']])
    thread(0).complete()
    expect(heard).toEqual(['serves', 'stuck slow', 'returned slow'])
  })

  it('is as busy as what it has left', () => {
    const { hang, lane, thread, slow, other } = stuck()
    for (let i = 0; i < 3; i++) other.submit(new NotedJob())
    other.submit(new NotedJob({ operation: LaneOperation.sync }))
    slow.submit(new NotedJob())
    expect(lane.load).toBe(1 + 3 + 64 + 1)
    hang()
    expect(lane.load).toBe(3 + 64)
    thread(1).ready()
    thread(1).work()
    expect(lane.load).toBe(0)
    thread(0).complete()
    expect(lane.load).toBe(1)
    thread(1).work()
    expect(lane.load).toBe(0)
  })

  it('leaves eight threads behind at most, and does not answer when the next one hangs too', () => {
    const { lane, timers, threads, thread, heard, store } = setUp()
    const silent: boolean[] = []
    for (let i = 0; i < 10; i++) {
      threads.at(-1)?.ready()
      const one = store(`${i}`)
      one.submit(new NotedJob())
      threads.at(-1)?.begin()
      timers.advance(STUCK_MS)
      silent.push(lane.isSilent)
    }
    expect(silent).toEqual([...Array(8).fill(false), true, true])
    expect(threads).toHaveLength(9)
    expect(heard.filter(what => what.startsWith('stuck'))).toHaveLength(8)
    expect(lane.state).toBe('serving')
    // One that returns makes room for another, once its thread has ended.
    thread(0).complete()
    timers.advance(STUCK_MS)
    expect(threads).toHaveLength(9)
    thread(0).end()
    timers.advance(500)
    expect(threads).toHaveLength(10)
  })

  it('looks at the other thread too', () => {
    const { hang, timers, thread, other, heard } = stuck()
    hang()
    thread(1).ready()
    other.submit(new NotedJob())
    thread(1).begin()
    timers.advance(STUCK_MS)
    expect(heard).toEqual(['stuck slow', 'serves', 'stuck other'])
  })

  it('is not given up while it has not begun to serve, or when it is to stop', () => {
    const { timers, threads, thread, slow, lane } = setUp()
    slow.submit(new NotedJob())
    thread(0).begin()
    timers.advance(10 * STUCK_MS)
    expect(threads).toHaveLength(1)
    thread(0).ready()
    void lane.stop()
    timers.advance(10 * STUCK_MS)
    expect([threads.length, timers.set]).toEqual([1, 0])
  })

  it('has stopped when the threads that it left have ended as well', async () => {
    const { hang, lane, thread } = stuck()
    hang()
    thread(1).ready()
    let stopped = false
    const stopping = lane.stop().then(() => {
      stopped = true
    })
    expect(thread(1).work()).toBe(1)
    thread(1).end()
    await Promise.resolve()
    expect([lane.state, stopped]).toEqual(['closed', false])
    thread(0).complete()
    await Promise.resolve()
    expect(stopped).toBe(false)
    thread(0).end()
    await stopping
  })

  it('does not hear the threads that it left', () => {
    const { hang, lane, thread, heard } = stuck()
    hang()
    thread(0).ready()
    expect([lane.state, heard]).toEqual(['starting', ['stuck slow']])
    expect(lane.poll()).toBe(false)
    thread(0).completeQuietly()
    expect(lane.poll()).toBe(false)
  })

  it('dies with the jobs of the thread that serves, and no others', () => {
    const { hang, timers, threads, thread, other, hanging, heard } = stuck()
    hang()
    thread(1).ready()
    const jobs = [new NotedJob(), new NotedJob()]
    for (const job of jobs) other.submit(job)
    thread(1).begin()
    thread(1).end(new Error('gone'))
    expect(heard.at(-1)).toBe('died other: gone')
    expect(jobs.map(({ lost, begun, endings }) => [lost, begun, endings])).toEqual([
      [true, true, 1],
      [true, false, 1],
    ])
    expect(hanging.endings).toBe(0)
    timers.advance(99)
    expect(threads).toHaveLength(2)
    timers.advance(1)
    expect(threads).toHaveLength(3)
  })
})
