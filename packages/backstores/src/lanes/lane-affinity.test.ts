import { describe, expect, it } from 'vitest'
import { errno } from '../native/errno.ts'
import { NotedJob } from '../testing/noted-job.ts'
import type { DirectStream } from './direct-stream.ts'
import type { Lane } from './lane.ts'
import { LaneAffinity } from './lane-affinity.ts'
import { endJob, type LaneJob, LaneOperation } from './lane-job.ts'

/** A store's place among lanes, of which it gets one that notes what it is given. */
function setUp({ isUp = true, stream }: { isUp?: boolean; stream?: Pick<DirectStream, 'submit' | 'ended'> } = {}) {
  const given: number[] = []
  const asked: boolean[] = []
  const lane = { isUp, submit: (job: NotedJob) => given.push(job.offset) } as unknown as Lane
  let detached: LaneAffinity | undefined
  const client = { plugin: 'fileio', name: 'disk', laneDown: () => undefined, laneUp: () => undefined }
  const affinity = new LaneAffinity(client, lane, {
    streamOf: () => stream as DirectStream | undefined,
    choose: (home, heavy) => {
      asked.push(heavy)
      return home
    },
    detached: who => {
      detached = who
    },
  })
  return { affinity, given, asked, detached: () => detached }
}

/** A lane that notes what it is given. */
function anotherLane() {
  const given: number[] = []
  const lane = { isUp: true, submit: (job: NotedJob) => given.push(job.offset) } as unknown as Lane
  return { lane, given }
}

describe('a store’s place among lanes', () => {
  it('hands its jobs on, each with its weight', () => {
    const { affinity, given, asked } = setUp()
    const jobs = [
      new NotedJob({ offset: 1 }),
      new NotedJob({ offset: 2, sync: true }),
      ...[LaneOperation.sync, LaneOperation.zero, LaneOperation.discard].map(operation => new NotedJob({ operation })),
      ...[LaneOperation.extents, LaneOperation.fineWrite].map(operation => new NotedJob({ operation })),
    ]
    for (const job of jobs) affinity.submit(job)
    expect(asked).toEqual([false, true, true, true, true, false, false])
    expect(jobs.map(({ weight }) => weight)).toEqual([1, 64, 64, 64, 64, 1, 1])
    expect(jobs.every(({ source }) => source === affinity)).toBe(true)
    expect(given.slice(0, 2)).toEqual([1, 2])
  })

  it('keeps them while a job of it does not return, until all of those have, and then hands them on in order', () => {
    const { affinity, given } = setUp()
    affinity.stuck()
    affinity.stuck()
    for (const offset of [1, 2, 3]) affinity.submit(new NotedJob({ offset }))
    expect(given).toEqual([])
    affinity.returned()
    affinity.submit(new NotedJob({ offset: 4 }))
    expect(given).toEqual([])
    affinity.returned()
    expect(given).toEqual([1, 2, 3, 4])
    affinity.submit(new NotedJob({ offset: 5 }))
    expect(given).toEqual([1, 2, 3, 4, 5])
  })

  it('takes a job as lost where no lane is up, not begun, and not from within submit', async () => {
    const { affinity, given } = setUp({ isUp: false })
    const job = new NotedJob({ begun: true })
    affinity.submit(job)
    expect(job.endings).toBe(0)
    await job.whenEnded
    expect([job.lost, job.begun, given]).toEqual([true, false, []])
  })

  it('has what needs no lane done without one, and by a lane what the kernel would not do or that lies beyond the end', () => {
    const direct: number[] = []
    const stream = { submit: (job: LaneJob) => void direct.push(job.offset), ended: () => void direct.push(-1) }
    const { affinity, given } = setUp({ stream })
    const jobs = [0, -errno.EAGAIN, -errno.EINTR, -errno.ENOSPC, -errno.EIO].map(
      (result, offset) => new NotedJob({ offset, result, direct: true }),
    )
    for (const job of jobs) affinity.submit(job)
    expect([direct, given]).toEqual([[0, 1, 2, 3, 4], []])
    for (const job of jobs) affinity.endedDirectly(job)
    expect([direct.slice(5), given]).toEqual([
      [-1, -1, -1, -1, -1],
      [1, 2, 3],
    ])
    expect(jobs.map(({ endings }) => endings)).toEqual([1, 0, 0, 0, 1])
  })

  it('is given up', () => {
    const { affinity, detached } = setUp()
    affinity.detach()
    expect(detached()).toBe(affinity)
  })

  it('has all of its jobs done at home, once it is placed there, and light ones by others no more', () => {
    const { affinity, given, asked } = setUp()
    const { lane, given: there } = anotherLane()
    affinity.move(lane, true)
    for (const operation of [LaneOperation.read, LaneOperation.sync]) affinity.submit(new NotedJob({ operation }))
    expect([affinity.home === lane, there.length, given.length, asked]).toEqual([true, 2, 0, [true]])
  })

  it('moves when what waits for the medium has ended, and keeps back the next of those until then', () => {
    const { affinity, given } = setUp()
    const { lane, given: there } = anotherLane()
    const flushes = [1, 2].map(offset => new NotedJob({ operation: LaneOperation.sync, offset }))
    for (const flush of flushes) affinity.submit(flush)
    affinity.move(lane, true)
    for (const offset of [3, 4]) affinity.submit(new NotedJob({ operation: LaneOperation.sync, offset }))
    affinity.submit(new NotedJob({ operation: LaneOperation.read, offset: 5 }))
    expect([given, there]).toEqual([[1, 2], [5]])
    endJob(flushes[0] as NotedJob)
    expect(there).toEqual([5])
    endJob(flushes[1] as NotedJob)
    expect([given, there, affinity.home === lane]).toEqual([[1, 2], [5, 3, 4], true])
  })

  it('moves though a lane gave back what it had not begun, which is done in the other one', () => {
    const { affinity, given } = setUp()
    const { lane, given: there } = anotherLane()
    const flush = new NotedJob({ operation: LaneOperation.sync, offset: 1 })
    affinity.submit(flush)
    affinity.move(lane, true)
    affinity.submit(flush)
    expect([given, there, affinity.home === lane]).toEqual([[1], [1], true])
    endJob(flush)
    expect(flush.endings).toBe(1)
  })

  it('stays where it is to go back before it could move', () => {
    const { affinity, given } = setUp()
    const { home } = affinity
    const flush = new NotedJob({ operation: LaneOperation.sync, offset: 1 })
    affinity.submit(flush)
    affinity.move(anotherLane().lane, true)
    affinity.move(home, false)
    affinity.submit(new NotedJob({ operation: LaneOperation.sync, offset: 2 }))
    endJob(flush)
    expect([given, affinity.home === home]).toEqual([[1, 2], true])
  })
})
