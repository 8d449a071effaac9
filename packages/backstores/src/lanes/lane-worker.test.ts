import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errno } from '../native/errno.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { LaneOperation } from './lane-job.ts'
import { Doorbell, serve } from './lane-worker.ts'
import { RingHost } from './ring-host.ts'
import { RingMemory } from './ring-memory.ts'
import { StopJob } from './stop-job.ts'

let directory = ''
let fd = 0
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-worker-'))
  fd = openSync(join(directory, 'file'), 'w+')
  ftruncateSync(fd, 8192)
})
afterEach(() => {
  closeSync(fd)
  rmSync(directory, { recursive: true })
})

/** A lane's life on this thread: it serves what is in its ring until it is told to stop. */
function setUp({ native = false, pollUs = 0, cpu }: { native?: boolean; pollUs?: number; cpu?: number } = {}) {
  const ring = RingMemory.allocate(8)
  const memory = new SharedArrayBuffer(4096)
  const rings: unknown[] = []
  const doorbell = { postMessage: (message: unknown) => rings.push(message) } as unknown as MessagePort
  const host = new RingHost(ring)
  const { shared, capacity } = ring
  const task = { ring: shared, capacity, memory, doorbell, native, mappingAddress: undefined, index: 7, cpu }
  const live = () => serve({ ...task, pollUs: Int32Array.of(pollUs) })
  return { host, memory, rings, live }
}

describe('the life of a lane', () => {
  it.each([0, 1000])('serves what was submitted in its order until it is told to stop, polling %i µs', pollUs => {
    const { host, memory, rings, live } = setUp({ pollUs })
    Buffer.from(memory).write('abc')
    const jobs = [0, 1, 2].map(
      at => new NotedJob({ operation: LaneOperation.write, fd, memoryOffset: at, lengthBytes: 1, offset: 10 - at }),
    )
    const after = new NotedJob({ operation: LaneOperation.write, fd, lengthBytes: 1, offset: 20 })
    for (const job of [...jobs, new StopJob(), after]) host.submit(job)
    live()
    expect(host.completed).toBe(4)
    expect(readFileSync(join(directory, 'file'), 'latin1').slice(8, 21)).toBe(`cba${'\0'.repeat(10)}`)
    expect(rings).toEqual([Doorbell.ready, Doorbell.completed])
  })

  it('says that it is ready before it serves, and with a number of its own', () => {
    const { host, rings, live } = setUp()
    host.submit(new StopJob())
    live()
    expect([Doorbell, rings]).toEqual([{ ready: 0, completed: 1 }, [0, 1]])
  })

  it('ends with what it had begun once it is retired', () => {
    const { host, rings, live } = setUp()
    const job = new StopJob()
    host.submit(job)
    expect(host.retire()).toEqual([job])
    live()
    expect([rings, host.completed]).toEqual([[Doorbell.ready], 0])
  })

  it('calls the system as it was told: only through koffi it can give space back', () => {
    const results = [true, false].map(native => {
      const { host, live } = setUp({ native })
      const job = new NotedJob({ operation: LaneOperation.discard, fd, lengthBytes: 4096 })
      host.submit(job)
      host.submit(new StopJob())
      live()
      host.reap()
      return job.result
    })
    expect(results).toEqual([4096, -errno.EOPNOTSUPP])
  })

  it('goes on on any processor where there is none of the number that it was given, and says so before it serves', () => {
    const { host, rings, live } = setUp({ native: true, cpu: 8191 })
    host.submit(new StopJob())
    live()
    expect(rings.slice(0, 2)).toEqual([-errno.EINVAL, Doorbell.ready])
  })

  it('is known to the system by the number of its lane', () => {
    const { host, live } = setUp({ native: true })
    host.submit(new StopJob())
    live()
    expect(readFileSync('/proc/thread-self/comm', 'utf8')).toBe('lane 7\n')
  })
})
