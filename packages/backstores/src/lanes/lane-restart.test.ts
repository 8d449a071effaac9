import { Block } from '@lunkit/statistics'
import { describe, expect, it } from 'vitest'
import { ManualTimers } from '../testing/manual-timers.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { ScriptedThread } from '../testing/scripted-thread.ts'
import { Lane } from './lane.ts'
import { LaneAffinity } from './lane-affinity.ts'
import { laneMetrics } from './lane-metrics.ts'

/** A lane whose threads are the test's, a store at home in it, and what its set hears. */
function setUp() {
  const timers = new ManualTimers()
  const threads: ScriptedThread[] = []
  const heard: string[] = []
  const row = new Block(laneMetrics).row({ lane: '3' })
  const lane = new Lane({
    row,
    index: 0,
    memory: new SharedArrayBuffer(64),
    native: false,
    timers,
    pollUs: Int32Array.of(0),
    owner: {
      laneDied: (_, lost, cause) => heard.push(`died with ${lost.size}: ${cause?.message}`),
      laneServes: () => heard.push('serves'),
      laneUnplaced: () => heard.push('unplaced'),
      laneStuck: () => heard.push('stuck'),
      laneReturned: () => heard.push('returned'),
    },
    startThread: options => {
      const thread = new ScriptedThread(options)
      threads.push(thread)
      return thread
    },
  })
  const client = { plugin: 'fileio', name: 'disk', laneDown: () => undefined, laneUp: () => undefined }
  const store = new LaneAffinity(client, lane, {
    streamOf: () => undefined,
    choose: () => lane,
    detached: () => undefined,
  })
  const last = (): ScriptedThread => threads.at(-1) as ScriptedThread
  /** The thread dies; after how long there is another one. */
  const restartMs = (): number => {
    const before = threads.length
    last().end(new Error('gone'))
    const diedMs = timers.now()
    while (threads.length === before) timers.advance(1)
    return timers.now() - diedMs
  }
  return { lane, timers, threads, last, heard, store, restartMs }
}

describe('a lane whose threads die', () => {
  it('waits twice as long each time, half a minute at most, whether they served or not', () => {
    const { last, restartMs } = setUp()
    const waits = Array.from({ length: 11 }, (_, time) => {
      if (time % 2 === 0) last().ready()
      return restartMs()
    })
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000])
  })

  it('begins with the shortest wait again once one has served for a minute, and not before', () => {
    const { last, timers, restartMs } = setUp()
    last().ready()
    expect([restartMs(), restartMs()]).toEqual([100, 200])
    last().ready()
    timers.advance(59_999)
    expect(restartMs()).toBe(400)
    last().ready()
    timers.advance(60_000)
    expect([restartMs(), restartMs()]).toEqual([100, 200])
    // This one has not served at all, however long it was there.
    timers.advance(60_000)
    expect(restartMs()).toBe(400)
  })

  it('does nothing more once it is stopped while it is dead', async () => {
    const { lane, last, timers, threads, heard } = setUp()
    last().end(new Error('gone'))
    expect([lane.state, timers.set]).toEqual(['dead', 1])
    await lane.stop()
    await lane.stop()
    timers.advance(60_000)
    expect([lane.state, threads.length, timers.set]).toEqual(['closed', 1, 0])
    expect(heard).toEqual(['died with 0: gone'])
  })
})

describe('a lane that is to stop', () => {
  it('tells nothing where its thread ends as it should, and takes nothing more', async () => {
    const { lane, last, heard, store } = setUp()
    last().ready()
    const job = new NotedJob()
    store.submit(job)
    const stopped = lane.stop()
    expect([lane.state, lane.isUp]).toEqual(['stopping', false])
    expect(last().work()).toBe(2)
    last().end()
    await stopped
    expect([lane.state, heard, job.endings, job.lost]).toEqual(['closed', ['serves'], 1, false])
  })

  it('loses what its thread dies with meanwhile, and does not start again', async () => {
    const { lane, last, heard, store, timers, threads } = setUp()
    last().ready()
    const job = new NotedJob()
    store.submit(job)
    const stopped = lane.stop()
    last().end(new Error('gone'))
    await stopped
    timers.advance(60_000)
    expect([lane.state, threads.length]).toEqual(['closed', 1])
    expect([heard, job.endings, job.lost]).toEqual([['serves', 'died with 1: gone'], 1, true])
  })

  it('does not serve any more where its thread comes up only then', () => {
    const { lane, last, heard } = setUp()
    void lane.stop()
    last().ready()
    expect([lane.state, heard]).toEqual(['stopping', []])
    expect(() => lane.terminate()).toThrow('lane 0 is stopping; only a serving lane may be terminated')
  })
})
