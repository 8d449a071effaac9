import { Block } from '@lunkit/statistics'
import { Slab } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { storeMetrics } from '../store-metrics.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { ScriptedThread } from '../testing/scripted-thread.ts'
import { Lane } from './lane.ts'
import { LaneAffinity } from './lane-affinity.ts'
import { laneMetrics } from './lane-metrics.ts'
import { createLanes } from './lanes.ts'

/** A lane whose threads are the test's, a store at home in it, and what its row says. */
function setUp() {
  const timers = new ManualTimers()
  const threads: ScriptedThread[] = []
  const block = new Block(laneMetrics)
  const deaf = () => undefined
  const lane = new Lane({
    index: 0,
    memory: new SharedArrayBuffer(64),
    native: false,
    timers,
    pollUs: Int32Array.of(0),
    owner: { laneDied: deaf, laneServes: deaf, laneUnplaced: deaf, laneStuck: deaf, laneReturned: deaf },
    row: block.row({ lane: '0' }),
    startThread: options => {
      const thread = new ScriptedThread(options)
      threads.push(thread)
      return thread
    },
  })
  const client = { plugin: 'fileio', name: 'disk', laneDown: deaf, laneUp: deaf }
  const store = new LaneAffinity(client, lane, { streamOf: () => undefined, choose: () => lane, detached: deaf })
  const thread = (index: number): ScriptedThread => threads[index] as ScriptedThread
  return { timers, thread, lane, store, said: () => block.snapshot()[0] }
}

describe('the row of a lane', () => {
  it('says what was done, for how long, and what waits', () => {
    const { thread, store, said } = setUp()
    thread(0).ready()
    for (let i = 0; i < 3; i++) store.submit(new NotedJob())
    thread(0).begin()
    expect(said()?.values).toMatchObject({ operations: 0, busySeconds: 0, waiting: 3 })
    thread(0).complete()
    expect(said()?.values).toMatchObject({ operations: 1, waiting: 2, lostOperations: 0 })
    expect(said()?.values.busySeconds).toBeGreaterThan(0)
  })

  it('says what was lost with a thread, and that there was another one', () => {
    const { timers, thread, store, said } = setUp()
    thread(0).ready()
    for (let i = 0; i < 3; i++) store.submit(new NotedJob())
    thread(0).begin()
    thread(0).end(new Error('gone'))
    timers.advance(100)
    expect(said()?.values).toMatchObject({ operations: 0, lostOperations: 3, restarts: 1, waiting: 0 })
  })

  it('says that a thread was left behind, and counts its operation when it has returned', () => {
    const { timers, thread, store, said } = setUp()
    thread(0).ready()
    store.submit(new NotedJob())
    thread(0).begin()
    timers.advance(2000)
    expect(said()?.values).toMatchObject({ operations: 0, stuck: 1, restarts: 0, waiting: 0 })
    thread(0).complete()
    expect(said()?.values).toMatchObject({ operations: 1, lostOperations: 0, waiting: 0 })
  })

  it('is given back when the lane has ended', async () => {
    const { thread, lane, store, said } = setUp()
    thread(0).ready()
    store.submit(new NotedJob())
    const stopped = lane.stop()
    thread(0).work()
    thread(0).end()
    await stopped
    expect(said()).toMatchObject({ labels: { lane: '_ended' }, values: { operations: 1, waiting: 0 } })
  })
})

describe('lanes', () => {
  it('count in the blocks that they are given, one row a lane', async () => {
    const statistics = { lanes: new Block(laneMetrics), stores: new Block(storeMetrics) }
    await using lanes = createLanes({ slab: new Slab({ sizeBytes: 65_536 }), count: 2, statistics })
    expect(statistics.lanes.snapshot().map(({ labels }) => labels.lane)).toEqual(['0', '1'])
    expect(lanes.stores).toBe(statistics.stores)
    await lanes.ready
  })

  it('refuse blocks of other declarations', () => {
    const slab = new Slab({ sizeBytes: 65_536 })
    const lanes = new Block(laneMetrics)
    expect(() => createLanes({ slab, statistics: { lanes, stores: lanes } as never })).toThrow(TypeError)
    expect(() => createLanes({ slab, statistics: {} as never })).toThrow(TypeError)
  })
})
