import { describe, expect, it } from 'vitest'
import { errno } from '../native/errno.ts'
import { Seek } from '../native/libc.ts'
import { SystemCall } from '../native/system-call.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { ScriptedCalls } from '../testing/scripted-calls.ts'
import { LaneDetail, LaneOperation } from './lane-job.ts'
import { LaneService } from './lane-service.ts'
import { RingHost } from './ring-host.ts'
import { RingMemory } from './ring-memory.ts'
import { RingServer } from './ring-server.ts'

const { none, syncFailed, dataFirst } = LaneDetail

function setUp() {
  const memory = RingMemory.allocate(4)
  const host = new RingHost(memory)
  const server = new RingServer(memory)
  const calls = new ScriptedCalls()
  const service = new LaneService(server, calls)
  const job = new NotedJob()
  /** Does one job; gives its result and detail. */
  const perform = (fields: Partial<NotedJob>): [number, number] => {
    Object.assign(job, { fd: 9, sync: false, memoryOffset: 0, lengthBytes: 0, offset: 0, ...fields })
    host.submit(job)
    server.next()
    service.serve()
    host.reap()
    return [job.result, job.detail]
  }
  return { calls, host, server, service, job, perform }
}

describe('a lane', () => {
  it('reads on after a short read and an interruption', () => {
    const { calls, perform } = setUp()
    calls.next('read', 100, -errno.EINTR)
    expect(perform({ operation: LaneOperation.read, memoryOffset: 50, lengthBytes: 512, offset: 4096 })).toEqual([
      512,
      none,
    ])
    expect(calls.made).toEqual([
      ['read', 9, 50, 512, 4096],
      ['read', 9, 150, 412, 4196],
      ['read', 9, 150, 412, 4196],
    ])
  })

  it('says how much it read when the file ends or fails in the middle', () => {
    const { calls, perform } = setUp()
    calls.next('read', 100, 0)
    expect(perform({ operation: LaneOperation.read, lengthBytes: 512 })).toEqual([100, none])
    calls.next('read', 100, -errno.EIO)
    expect(perform({ operation: LaneOperation.read, lengthBytes: 512 })).toEqual([100, none])
    calls.next('read', -errno.EIO)
    expect(perform({ operation: LaneOperation.read, lengthBytes: 512 })).toEqual([-errno.EIO, none])
    calls.next('read', 0)
    expect(perform({ operation: LaneOperation.read, lengthBytes: 512 })).toEqual([0, none])
  })

  it('flushes before a read that asks for it', () => {
    const { calls, perform } = setUp()
    expect(perform({ operation: LaneOperation.read, sync: true, lengthBytes: 512 })).toEqual([512, none])
    expect(calls.made.map(([call]) => call)).toEqual(['sync', 'read'])
    calls.next('sync', -errno.EIO)
    expect(perform({ operation: LaneOperation.read, sync: true, lengthBytes: 512 })).toEqual([-errno.EIO, syncFailed])
  })

  it('writes on after a short write, and calls a write of nothing an error', () => {
    const { calls, perform } = setUp()
    calls.next('write', 100)
    expect(perform({ operation: LaneOperation.write, lengthBytes: 512, offset: 0 })).toEqual([512, none])
    expect(calls.made[1]).toEqual(['write', 9, 100, 412, 100])
    calls.next('write', 0)
    expect(perform({ operation: LaneOperation.write, lengthBytes: 512 })).toEqual([-errno.EIO, none])
  })

  it('splits the folios of a region before it writes to it finely', () => {
    const { calls, perform } = setUp()
    expect(perform({ operation: LaneOperation.fineWrite, lengthBytes: 512, offset: 8192 })).toEqual([512, none])
    expect(calls.made).toEqual([
      ['splitFolios', 9, 8192],
      ['write', 9, 0, 512, 8192],
    ])
  })

  it('blames the flush of a write-through only when the same write succeeds without one', () => {
    const { calls, perform } = setUp()
    calls.next('writeThrough', -errno.EIO)
    expect(perform({ operation: LaneOperation.write, sync: true, lengthBytes: 512 })).toEqual([-errno.EIO, syncFailed])
    calls.next('writeThrough', -errno.ENOSPC)
    calls.next('write', -errno.ENOSPC)
    expect(perform({ operation: LaneOperation.write, sync: true, lengthBytes: 512 })).toEqual([-errno.ENOSPC, none])
    calls.next('writeThrough', -errno.EINTR)
    expect(perform({ operation: LaneOperation.write, sync: true, lengthBytes: 512 })).toEqual([512, none])
  })

  it('flushes after a discard or a zero that asks for it, unless that failed', () => {
    const { calls, perform } = setUp()
    expect(perform({ operation: LaneOperation.discard, sync: true, lengthBytes: 4096 })).toEqual([4096, none])
    expect(perform({ operation: LaneOperation.zero, lengthBytes: 4096 })).toEqual([4096, none])
    calls.next('zero', -errno.ENOSPC)
    expect(perform({ operation: LaneOperation.zero, sync: true, lengthBytes: 4096 })).toEqual([-errno.ENOSPC, none])
    expect(calls.made.map(([call]) => call)).toEqual(['discard', 'sync', 'zero', 'zero'])
    calls.next('sync', -errno.EIO)
    expect(perform({ operation: LaneOperation.discard, sync: true, lengthBytes: 4096 })).toEqual([
      -errno.EIO,
      syncFailed,
    ])
  })

  it('notes where data and holes end', () => {
    const { calls, host, perform } = setUp()
    // Data at 0 (asked first), its end at 4096, data again at 8192, and none after 12288.
    calls.next('seek', 0, 4096, 8192, 12_288, -errno.ENXIO)
    expect(perform({ operation: LaneOperation.extents, lengthBytes: 65_536 })).toEqual([4, dataFirst])
    calls.next('seek', -errno.ENXIO, -errno.ENXIO)
    expect(perform({ operation: LaneOperation.extents, lengthBytes: 65_536 })).toEqual([1, none])
    calls.next('seek', -errno.EIO)
    expect(perform({ operation: LaneOperation.extents, lengthBytes: 65_536 })).toEqual([-errno.EIO, none])
    expect(host.pending).toBe(0)
  })

  it('writes on after an interruption, and says how much it wrote before it failed', () => {
    const { calls, perform } = setUp()
    calls.next('write', -errno.EINTR, 100, -errno.EINTR, -errno.ENOSPC)
    expect(perform({ operation: LaneOperation.write, lengthBytes: 512, offset: 0 })).toEqual([100, none])
    expect(calls.made.map(([, , , lengthBytes, offset]) => [lengthBytes, offset])).toEqual([
      [512, 0],
      [512, 0],
      [412, 100],
      [412, 100],
    ])
  })

  it.each([LaneOperation.write, LaneOperation.fineWrite, LaneOperation.zero, LaneOperation.discard])(
    'changes nothing beyond the end of the file (operation %i), up to it everything',
    operation => {
      const { calls, perform, job } = setUp()
      calls.next('sizeBytes', 4607)
      expect(perform({ operation, offset: 4096, lengthBytes: 512 })).toEqual([-errno.ENXIO, none])
      expect([calls.made, job.call]).toEqual([[], SystemCall.none])
      calls.next('sizeBytes', 4608)
      expect(perform({ operation, offset: 4096, lengthBytes: 512 })).toEqual([512, none])
      calls.next('read', -errno.EIO)
      perform({ operation: LaneOperation.read, lengthBytes: 512 })
      expect(job.call).toBe(SystemCall.pread)
    },
  )

  it.each([LaneOperation.read, LaneOperation.sync, LaneOperation.extents])(
    'does not ask how long the file is for what changes nothing (operation %i)',
    operation => {
      const { calls, perform } = setUp()
      calls.next('sizeBytes', 0)
      perform({ operation, offset: 4096, lengthBytes: 512 })
      expect(calls.sizeBytes()).toBe(0)
    },
  )

  it('changes nothing where it cannot be told how long the file is, and says which call said so', () => {
    const { calls, perform, job } = setUp()
    calls.next('sizeBytes', -errno.EBADF)
    expect(perform({ operation: LaneOperation.write, lengthBytes: 512 })).toEqual([-errno.EBADF, none])
    expect([calls.made, job.call]).toEqual([[], SystemCall.lseek])
  })

  it('names the call that an error came from, and none where there was no error', () => {
    const { calls, perform, job } = setUp()
    const failing = (call: 'read' | 'write' | 'sync' | 'zero' | 'seek', operation: LaneOperation) => {
      calls.next(call, -errno.EIO)
      perform({ operation, lengthBytes: 512 })
      return job.call
    }
    expect([
      failing('read', LaneOperation.read),
      failing('write', LaneOperation.write),
      failing('sync', LaneOperation.sync),
      failing('zero', LaneOperation.zero),
      failing('seek', LaneOperation.extents),
    ]).toEqual([SystemCall.pread, SystemCall.pwrite, SystemCall.fdatasync, SystemCall.fallocate, SystemCall.lseek])
    perform({ operation: LaneOperation.read, lengthBytes: 512 })
    expect(job.call).toBe(SystemCall.none)
    // The write that was tried again had no error: the write-through's was the flush's.
    calls.next('writeThrough', -errno.EIO)
    perform({ operation: LaneOperation.write, sync: true, lengthBytes: 512 })
    expect(job.call).toBe(SystemCall.pwritev2)
  })

  it('flushes, and says what came of it', () => {
    const { calls, perform } = setUp()
    expect(perform({ operation: LaneOperation.sync })).toEqual([0, none])
    calls.next('sync', -errno.EIO)
    expect(perform({ operation: LaneOperation.sync })).toEqual([-errno.EIO, syncFailed])
    expect(perform({ operation: LaneOperation.sync })).toEqual([0, none])
  })

  it('has nothing to do to stop', () => {
    const { calls, perform } = setUp()
    expect(perform({ operation: LaneOperation.stop, lengthBytes: 512 })).toEqual([0, none])
    expect(calls.made).toEqual([])
  })

  it('stops looking for extents where the file system fails in the middle', () => {
    const { calls, perform } = setUp()
    calls.next('seek', 0, 4096, -errno.EIO)
    expect(perform({ operation: LaneOperation.extents, lengthBytes: 65_536 })).toEqual([-errno.EIO, dataFirst])
  })

  it('notes where the range ends, not where the data behind it does, and looks no further', () => {
    const { calls, perform, job } = setUp()
    calls.next('seek', 8192, 1024 * 1024)
    expect(perform({ operation: LaneOperation.extents, offset: 8192, lengthBytes: 4096 })).toEqual([1, dataFirst])
    expect(job.boundaries?.[0]).toBe(12_288)
    expect(calls.made).toEqual([
      ['seek', 9, 8192, Seek.data],
      ['seek', 9, 8192, Seek.hole],
    ])
    calls.next('seek', 12_288, -errno.ENXIO)
    expect(perform({ operation: LaneOperation.extents, offset: 8192, lengthBytes: 4096 })).toEqual([1, none])
    expect(job.boundaries?.[0]).toBe(12_288)
  })

  it('notes 64 boundaries at the most', () => {
    const { calls, perform, job } = setUp()
    calls.next('seek', 0, ...Array.from({ length: 70 }, (_, i) => (i + 1) * 4096))
    expect(perform({ operation: LaneOperation.extents, lengthBytes: 1024 * 1024 })).toEqual([64, dataFirst])
    expect([...(job.boundaries ?? [])]).toEqual(Array.from({ length: 64 }, (_, i) => (i + 1) * 4096))
  })

  it('throws on an entry that no lane knows: the ring is ours alone', () => {
    const { perform } = setUp()
    expect(() => perform({ operation: 99 as LaneOperation })).toThrow('operation 99')
  })
})
