import { describe, expect, it } from 'vitest'
import { ManualTimers } from '../testing/manual-timers.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { LaneWatch } from './lane-watch.ts'
import { RingHost } from './ring-host.ts'
import { RingMemory } from './ring-memory.ts'
import { RingServer } from './ring-server.ts'

/** A ring, a clock that the test turns, and how often the watch called the lane stuck. */
function setUp() {
  const memory = RingMemory.allocate(8)
  const timers = new ManualTimers()
  const found = { stuck: 0 }
  const watch = new LaneWatch(timers, () => found.stuck++)
  return { host: new RingHost(memory), server: new RingServer(memory), timers, watch, found }
}

describe('the watch over a lane', () => {
  it('calls it stuck when it has been in one operation for a second and a half', () => {
    const { host, server, timers, watch, found } = setUp()
    host.submit(new NotedJob())
    watch.begin(host)
    server.next()
    timers.advance(1499)
    expect(found.stuck).toBe(0)
    timers.advance(1000)
    expect(found.stuck).toBeGreaterThan(0)
  })

  it('leaves one alone that gets on, however slowly, and one that has not begun', () => {
    const { host, server, timers, watch, found } = setUp()
    for (let i = 0; i < 4; i++) host.submit(new NotedJob())
    watch.begin(host)
    timers.advance(10_000)
    for (let i = 0; i < 4; i++) {
      server.next()
      timers.advance(1400)
      server.complete(0, 0)
    }
    expect(found.stuck).toBe(0)
  })

  it('sets no timer for a lane that has nothing to do', () => {
    const { host, server, timers, watch } = setUp()
    host.submit(new NotedJob())
    watch.begin(host)
    watch.begin(host)
    expect(timers.set).toBe(1)
    server.next()
    server.complete(0, 0)
    host.reap()
    timers.advance(500)
    expect(timers.set).toBe(0)
  })
})
