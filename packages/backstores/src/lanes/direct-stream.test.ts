import { expect, it } from 'vitest'
import { storeLimits } from '../limits.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { DirectStream } from './direct-stream.ts'
import type { JobSource, LaneJob } from './lane-job.ts'

/** A stream, what it has the kernel begin, and what is heard of it. */
function setUp() {
  const begun: LaneJob[] = []
  const heard: string[] = []
  const timers = new ManualTimers()
  const source = { stuck: () => heard.push('parks'), returned: () => heard.push('goes on') } as unknown as JobSource
  const stream = new DirectStream(source, timers, {
    begin: job => begun.push(job),
    directStuck: () => heard.push('stuck'),
    directReturned: () => heard.push('returned'),
  })
  return { stream, begun, heard, timers }
}

it('as many jobs as a store may have are under way, and the others wait in order', () => {
  const { stream, begun } = setUp()
  const jobs = Array.from({ length: storeLimits.directWindow + 2 }, (_, offset) => new NotedJob({ offset }))
  for (const job of jobs) stream.submit(job)
  expect([begun.length, stream.pending]).toEqual([storeLimits.directWindow, storeLimits.directWindow])
  for (let ended = 0; ended < 3; ended++) stream.ended()
  expect(begun).toEqual(jobs)
  expect([stream.pending, stream.progress]).toEqual([storeLimits.directWindow - 1, 3])
})

it('a store none of whose jobs returns is told of, once, and when one does', () => {
  const { stream, heard, timers } = setUp()
  stream.submit(new NotedJob())
  stream.submit(new NotedJob())
  timers.advance(storeLimits.laneStuckMs - storeLimits.laneLookMs)
  stream.ended()
  timers.advance(storeLimits.laneStuckMs)
  expect(heard).toEqual([])
  timers.advance(storeLimits.laneLookMs)
  timers.advance(storeLimits.laneStuckMs * 2)
  expect(heard).toEqual(['parks', 'stuck'])
  stream.ended()
  expect(heard).toEqual(['parks', 'stuck', 'returned', 'goes on'])
  timers.advance(storeLimits.laneStuckMs * 2)
  stream.submit(new NotedJob())
  stream.ended()
  expect(heard).toHaveLength(4)
})
