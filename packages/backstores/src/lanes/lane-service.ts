import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import { Seek } from '../native/libc.ts'
import { SystemCall } from '../native/system-call.ts'
import type { LaneCalls } from './lane-calls.ts'
import { isChange, LaneDetail, LaneOperation } from './lane-job.ts'
import type { RingServer } from './ring-server.ts'

/** Does what the ring's entries say, one after the other. */
export class LaneService {
  readonly #ring: RingServer
  readonly #calls: LaneCalls
  #detail: number = LaneDetail.none
  /** The call that an error came from, where it is not the last one. */
  #call: SystemCall | undefined

  constructor(ring: RingServer, calls: LaneCalls) {
    this.#ring = ring
    this.#calls = calls
  }

  /** Does the current entry and completes it. True: the host waits for a doorbell. */
  serve(): boolean {
    this.#detail = LaneDetail.none
    this.#call = undefined
    const result = this.#refusal() || this.#perform()
    return this.#ring.complete(result, this.#detail, result < 0 ? (this.#call ?? this.#calls.called) : SystemCall.none)
  }

  /** A change beyond the end of a file that was cut off would make it grow again, with holes where data was lost. */
  #refusal(): number {
    const { operation, fd, lengthBytes, offset } = this.#ring
    if (!isChange(operation)) return 0
    const sizeBytes = this.#calls.sizeBytes(fd)
    if (sizeBytes < 0) return sizeBytes
    if (offset + lengthBytes <= sizeBytes) return 0
    this.#call = SystemCall.none
    return -errno.ENXIO
  }

  #perform(): number {
    const { operation, fd, sync, memoryOffset, lengthBytes, offset } = this.#ring
    switch (operation) {
      case LaneOperation.read:
        return this.#read(fd, sync, memoryOffset, lengthBytes, offset)
      case LaneOperation.fineWrite:
        this.#calls.splitFolios(fd, offset)
        return this.#writeAny(fd, sync, memoryOffset, lengthBytes, offset)
      case LaneOperation.write:
        return this.#writeAny(fd, sync, memoryOffset, lengthBytes, offset)
      case LaneOperation.sync:
        return this.#sync(fd)
      case LaneOperation.zero:
        return this.#thenSync(fd, sync, this.#calls.zero(fd, offset, lengthBytes))
      case LaneOperation.discard:
        return this.#thenSync(fd, sync, this.#calls.discard(fd, offset, lengthBytes))
      case LaneOperation.extents:
        return this.#extents(fd, offset, offset + lengthBytes)
      case LaneOperation.control:
        return this.#calls.control(fd, lengthBytes, offset)
      case LaneOperation.stop:
        return 0
      default:
        throw new RangeError(`a ring entry names operation ${operation}, which no lane knows`)
    }
  }

  #read(fd: number, sync: boolean, memoryOffset: number, lengthBytes: number, offset: number): number {
    if (sync) {
      const synced = this.#sync(fd)
      if (synced < 0) return synced
    }
    let done = 0
    while (done < lengthBytes) {
      const result = this.#calls.read(fd, memoryOffset + done, lengthBytes - done, offset + done)
      if (result === -errno.EINTR) continue
      if (result <= 0) return done > 0 ? done : result
      done += result
    }
    return done
  }

  #writeAny(fd: number, sync: boolean, memoryOffset: number, lengthBytes: number, offset: number): number {
    return sync
      ? this.#writeThrough(fd, memoryOffset, lengthBytes, offset)
      : this.#write(fd, memoryOffset, lengthBytes, offset)
  }

  #write(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    let done = 0
    while (done < lengthBytes) {
      const result = this.#calls.write(fd, memoryOffset + done, lengthBytes - done, offset + done)
      if (result === -errno.EINTR) continue
      // A write of nothing is no error to the system, but it would be tried for ever.
      if (result <= 0) return done > 0 ? done : result || -errno.EIO
      done += result
    }
    return done
  }

  #writeThrough(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    let result: number
    do result = this.#calls.writeThrough(fd, memoryOffset, lengthBytes, offset)
    while (result === -errno.EINTR)
    if (result >= 0) return result
    // The error may be the write's own, or the flush's, which tells of earlier writes too and only once. Writing the
    // same bytes again without a flush tells the two apart.
    const { called } = this.#calls
    const again = this.#write(fd, memoryOffset, lengthBytes, offset)
    if (again < 0) return again
    this.#call = called
    this.#detail = LaneDetail.syncFailed
    return result
  }

  #sync(fd: number): number {
    const result = this.#calls.sync(fd)
    if (result < 0) this.#detail = LaneDetail.syncFailed
    return result
  }

  #thenSync(fd: number, sync: boolean, result: number): number {
    if (result < 0 || !sync) return result
    const synced = this.#sync(fd)
    return synced < 0 ? synced : result
  }

  /** Notes where data and holes end, in turn, as many as an entry has room for. */
  #extents(fd: number, from: number, end: number): number {
    let data = this.#isData(fd, from)
    if (data < 0) return data
    this.#detail = data ? LaneDetail.dataFirst : LaneDetail.none
    let found = 0
    for (let at = from; at < end && found < storeLimits.boundariesPerEntry; data = 1 - data) {
      const next = this.#calls.seek(fd, at, data ? Seek.hole : Seek.data)
      // ENXIO: there is no data up to the end of the file.
      if (next < 0 && next !== -errno.ENXIO) return next
      at = next < 0 ? end : Math.min(next, end)
      this.#ring.setBoundary(found++, at)
    }
    return found
  }

  #isData(fd: number, at: number): number {
    const next = this.#calls.seek(fd, at, Seek.data)
    if (next === -errno.ENXIO) return 0
    return next < 0 ? next : Number(next === at)
  }
}
