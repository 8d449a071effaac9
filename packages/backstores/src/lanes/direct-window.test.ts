import { describe, expect, it } from 'vitest'
import { errno } from '../native/errno.ts'
import { SystemCall } from '../native/system-call.ts'
import type { UringRings } from '../native/uring-rings.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { ScriptedRings } from '../testing/scripted-rings.ts'
import { DirectWindow } from './direct-window.ts'
import type { LaneCalls } from './lane-calls.ts'
import { LaneOperation } from './lane-job.ts'
import { LaneService } from './lane-service.ts'
import { RingHost } from './ring-host.ts'
import { RingMemory } from './ring-memory.ts'
import { RingServer } from './ring-server.ts'

const SIZE = 1_000_000
const READ = 22
const WRITE = 23

/** A window over a kernel that follows a script; calls that wait are noted, and do all that they are asked. */
function setUp() {
  const memory = RingMemory.allocate(16)
  const host = new RingHost(memory)
  const ring = new RingServer(memory, () => 0)
  const calls: string[] = []
  const scripted = {
    called: SystemCall.pread,
    sizeBytes: () => SIZE,
    read: (_fd: number, _at: number, lengthBytes: number, offset: number) => {
      calls.push(`read ${offset}`)
      return lengthBytes
    },
  }
  const service = new LaneService(ring, scripted as unknown as LaneCalls)
  const rings = new ScriptedRings()
  const uring = rings as unknown as UringRings
  const window = new DirectWindow({ ring, service, uring, address: 0x1000, rang: () => calls.push('ring') })
  const submit = (...given: readonly Partial<NotedJob>[]) =>
    given.map(fields => {
      const job = new NotedJob({ operation: LaneOperation.read, fd: 5, direct: true, lengthBytes: 512, ...fields })
      host.submit(job)
      return job
    })
  const reaped = () => {
    const results: number[][] = []
    for (let job = host.reap(); job; job = host.reap()) results.push([job.offset, job.result])
    return results
  }
  const begin = () => ring.look() && window.takes && window.serve()
  return { host, ring, rings, window, calls, submit, reaped, begin }
}

describe('reads and writes past the page cache', () => {
  it('are under way together, and each ends when it is done', () => {
    const { rings, submit, reaped, begin, calls } = setUp()
    submit({ offset: 0 }, { offset: 512, operation: LaneOperation.write }, { offset: 1024 })
    const seen: number[][] = []
    const rounds = [[[2, 512]], [[0, 512]], [[0, 512]]] as const
    let round = 0
    rings.ends = () => {
      seen.push(rings.taken.map(({ operation }) => operation))
      return rounds[round++] ?? []
    }
    expect(begin()).toBe(true)
    expect(seen).toEqual([[READ, WRITE, READ], [READ, WRITE], [WRITE]])
    expect(reaped()).toEqual([
      [1024, 512],
      [0, 512],
      [512, 512],
    ])
    expect(calls).toEqual(['ring'])
  })

  it('take in what comes meanwhile', () => {
    const { rings, submit, reaped, begin } = setUp()
    submit({ offset: 0 })
    let more = 3
    rings.ends = () => {
      if (more-- > 0) submit({ offset: more * 512 + 512 })
      return rings.taken.map((_, at) => [at, 512])
    }
    expect(begin()).toBe(true)
    expect(reaped().map(([offset]) => offset)).toEqual([0, 1536, 1024, 512])
  })

  it.each<[string, Partial<NotedJob>]>([
    ['another descriptor', { fd: 6 }],
    ['what must be on stable storage', { sync: true, operation: LaneOperation.write }],
    ['a flush', { operation: LaneOperation.sync }],
    ['what goes through the page cache', { direct: false }],
    ['a write beyond the end', { operation: LaneOperation.write, offset: SIZE }],
  ])('end before %s begins, and do not take it in', (_, other) => {
    const { ring, rings, submit, reaped, begin } = setUp()
    submit({ offset: 0 }, other, { offset: 512 })
    expect(begin()).toBe(true)
    expect([reaped(), rings.taken, ring.look()]).toEqual([[[0, 512]], [], true])
  })

  it('leave a write beyond the end to the lane itself', () => {
    const { submit, begin } = setUp()
    submit({ operation: LaneOperation.write, offset: SIZE })
    expect(begin()).toBe(false)
  })

  it('tell errors, with the call that they come from', () => {
    const { host, rings, submit, begin } = setUp()
    submit({ offset: 0 }, { offset: 512, operation: LaneOperation.write })
    rings.ends = () => rings.taken.map((_, at) => [at, -errno.EIO])
    begin()
    const ended = [host.reap(), host.reap()].map(job => [job?.result, job?.call])
    expect(ended).toEqual([
      [-errno.EIO, SystemCall.pread],
      [-errno.EIO, SystemCall.pwrite],
    ])
  })

  it.each([errno.EAGAIN, errno.EINTR])('are done by a call that waits where the kernel will not (error %i)', number => {
    const { rings, submit, reaped, begin, calls } = setUp()
    submit({ offset: 0 }, { offset: 512 }, { offset: 4096, fd: 6 })
    rings.ends = () => rings.taken.map(({ offset }, at) => [at, offset === 512 ? -number : 512])
    begin()
    expect(calls).toEqual(['ring', 'read 512'])
    expect(reaped()).toEqual([
      [0, 512],
      [512, 512],
    ])
  })

  it('are waited for again where the wait was interrupted', () => {
    const { rings, submit, reaped, begin } = setUp()
    submit({ offset: 0 })
    const submitted = rings.submit.bind(rings)
    let interruptions = 2
    rings.submit = () => (interruptions-- > 0 ? -errno.EINTR : submitted())
    begin()
    expect(reaped()).toEqual([[0, 512]])
  })

  it('are loud where the kernel does not take them', () => {
    const { rings, submit, begin } = setUp()
    submit({ offset: 0 })
    rings.error = -errno.EBADF
    expect(begin).toThrow(`io_uring_enter failed with error ${errno.EBADF}`)
  })

  it('of a lane that is retired end, and no more are begun', () => {
    const { host, ring, rings, submit, reaped, begin } = setUp()
    const [, ...rest] = submit({ offset: 0 })
    rings.ends = () => {
      rest.push(...submit({ offset: 512 }))
      expect(host.retire()).toEqual(rest)
      return [[0, 512]]
    }
    begin()
    expect([reaped(), ring.retired]).toEqual([[[0, 512]], true])
  })
})
