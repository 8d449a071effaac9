import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import { EventDescriptor } from '../native/event-descriptor.ts'
import type { Libc } from '../native/libc.ts'
import { PinnedMemory } from '../native/pinned-memory.ts'
import { SystemCall } from '../native/system-call.ts'
import { UringCalls } from '../native/uring-calls.ts'
import {
  IORING_OP_READ,
  IORING_OP_WRITE,
  makeUring,
  RingUse,
  releaseUring,
  Sqe,
  type UringPlace,
  UringRings,
} from '../native/uring-rings.ts'
import { JobQueue } from './job-queue.ts'
import { LaneDetail, type LaneJob, LaneOperation } from './lane-job.ts'

/** Errors of the system that are none of a job's: it has too much to do. */
const TRANSIENT: ReadonlySet<number> = new Set([errno.EAGAIN, errno.EINTR, errno.EBUSY])

/** What a ring is made with. */
export interface DirectRingParts {
  /** A clock in milliseconds. */
  readonly now: () => number
  /** Called with a job that the kernel has ended, its results filled in. */
  readonly ended: (job: LaneJob) => void
}

/**
 * Reads and writes past the page cache, from this thread: all that come in one turn are handed to the kernel with one call, which does not
 * wait, and an event of the loop brings back those that have ended.
 */
export class DirectRing {
  readonly #calls: UringCalls
  readonly #place: UringPlace
  readonly #rings: UringRings
  readonly #event: EventDescriptor
  readonly #memory: PinnedMemory
  readonly #now: () => number
  readonly #ended: (job: LaneJob) => void
  /** Jobs that the kernel has, by their number there, and the numbers that are free. */
  readonly #jobs: (LaneJob | undefined)[] = []
  readonly #free: number[] = []
  readonly #waiting = new JobQueue()
  #isScheduled = false
  #isClosed = false

  private constructor(libc: Libc, memory: SharedArrayBuffer, parts: DirectRingParts) {
    this.#calls = new UringCalls(libc)
    this.#now = parts.now
    this.#ended = parts.ended
    this.#place = makeFor(this.#calls)
    let event: EventDescriptor | undefined
    try {
      event = EventDescriptor.open(libc, () => this.#exchange())
      const registered = this.#calls.notify(this.#place.fd, event.fd)
      // Nobody would hear of what has ended.
      if (registered < 0) throw new Error(`the eventfd could not be given to the io_uring: error ${-registered}`)
      this.#event = event
    } catch (error) {
      event?.close()
      releaseUring(this.#calls, this.#place)
      throw error
    }
    this.#rings = new UringRings(this.#calls, this.#place)
    this.#memory = new PinnedMemory(libc, memory)
  }

  /** Undefined where the system has no io_uring, or does not let this process have one. */
  static open(libc: Libc, memory: SharedArrayBuffer, parts: DirectRingParts): DirectRing | undefined {
    try {
      return new DirectRing(libc, memory, parts)
    } catch {
      return undefined
    }
  }

  /** Has the kernel begin a job when what else this turn has is done. */
  begin(job: LaneJob): void {
    this.#waiting.push(job)
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(this.#exchange)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#event.close()
    this.#memory.release()
    releaseUring(this.#calls, this.#place)
  }

  /** Gives the kernel what is to be begun, and takes what has ended, whatever follows from that included. */
  readonly #exchange = (): void => {
    this.#isScheduled = true
    const rings = this.#rings
    let taken: number
    do {
      this.#addWaiting()
      taken = rings.added > 0 || rings.hasMore ? rings.exchange() : 0
      this.#reap()
    } while (taken >= 0 && (rings.added > 0 || rings.hasMore || !this.#waiting.isEmpty))
    this.#isScheduled = taken < 0
    if (this.#isScheduled) this.#tryAgain(-taken)
  }

  #tryAgain(number: number): void {
    if (!TRANSIENT.has(number)) throw new Error(`io_uring_enter failed with error ${number}`)
    setImmediate(this.#exchange)
  }

  #addWaiting(): void {
    while (this.#rings.added < storeLimits.directBatch) {
      const job = this.#waiting.shift()
      if (!job) return
      this.#add(job)
    }
  }

  #add(job: LaneJob): void {
    const { fd, offset, memoryOffset, lengthBytes } = job
    const address = this.#memory.address + memoryOffset
    const sqe = this.#rings.add(fd, offset, { address, lengthBytes })
    const number = this.#free.pop() ?? this.#jobs.length
    this.#jobs[number] = job
    this.#rings.sqes[sqe + Sqe.operation] = job.operation === LaneOperation.read ? IORING_OP_READ : IORING_OP_WRITE
    this.#rings.sqes[sqe + Sqe.userData] = number
    job.busyMs = this.#now()
  }

  #reap(): void {
    const rings = this.#rings
    while (rings.reap()) {
      const { userData: number, result } = rings
      const job = this.#jobs[number] as LaneJob
      this.#jobs[number] = undefined
      this.#free.push(number)
      job.busyMs = this.#now() - job.busyMs
      job.result = result
      job.detail = LaneDetail.none
      job.lost = false
      job.call = SystemCall.none
      if (result < 0) job.call = job.operation === LaneOperation.read ? SystemCall.pread : SystemCall.pwrite
      this.#ended(job)
    }
  }
}

function makeFor(calls: UringCalls): UringPlace {
  const size = { submissions: storeLimits.directBatch, completions: storeLimits.directCompletions }
  for (const use of [RingUse.deferred, RingUse.cooperative]) {
    try {
      return makeUring(calls, { ...size, use })
    } catch {
      // An older kernel does not know how.
    }
  }
  return makeUring(calls, size)
}
