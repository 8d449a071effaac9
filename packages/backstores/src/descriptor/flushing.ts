import { LaneJob, LaneOperation } from '../lanes/lane-job.ts'
import type { LaneAccess } from '../lanes/lane-set.ts'
import { syncFaultOf } from '../native/errno.ts'
import type { FaultCause } from '../store/fault-cause.ts'
import type { FlushFailure } from '../store/flush-failure.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import type { DescriptorAccount } from './descriptor-account.ts'

/** Hears how flushes end. */
export interface FlushOwner {
  /** A flush has ended, `request.fault` set. */
  flushEnded(request: StoreRequest): void
  /** The first failure since the last clearing. */
  flushFailed(): void
  /** A flush was lost with its lane, and nobody knows how it ended. */
  flushLost(): void
}

/** What flushes are made with. */
export interface FlushingParts {
  readonly affinity: LaneAccess
  readonly owner: FlushOwner
  readonly account: DescriptorAccount
  /** One that failed before, and that nobody has cleared. */
  readonly failure: FlushFailure | undefined
}

/** Stands for what others may have written before. */
const BEFORE = 1

class FlushJob extends LaneJob {
  override operation: LaneOperation = LaneOperation.sync
  readonly #flushing: Flushing

  constructor(flushing: Flushing, fd: number) {
    super()
    this.#flushing = flushing
    this.fd = fd
  }

  ended(): void {
    this.#flushing.ended(this)
  }
}

/**
 * What is known about one file's stable storage: whether something written may still be volatile, and whether a flush
 * has failed. Flushes asked for in one turn share one, and those asked for while
 * one is under way the next.
 *
 * A failure is sticky: the system marks the pages that it could not write clean and reports the error once, so that a
 * later flush without an error proves nothing.
 */
export class Flushing {
  readonly #job: FlushJob
  readonly #affinity: LaneAccess
  readonly #owner: FlushOwner
  readonly #account: DescriptorAccount
  /** Changes that may be volatile, counted; and how many of them the last flush covered. The first flush is never left out. */
  #changes = BEFORE
  #covered = 0
  #coveredByRunning = 0
  #bytesOfRunning = 0
  #running: StoreRequest[] = []
  #next: StoreRequest[] = []
  #scheduled = false
  #failure: FlushFailure | undefined

  constructor(fd: number, { affinity, owner, account, failure }: FlushingParts) {
    this.#job = new FlushJob(this, fd)
    this.#affinity = affinity
    this.#owner = owner
    this.#account = account
    this.#failure = failure
  }

  /** Whether something written may not be on stable storage. */
  get isDirty(): boolean {
    return this.#changes !== this.#covered
  }

  /** Whether something that was written here may not be on stable storage. */
  get hasUnflushed(): boolean {
    return this.#changes > Math.max(this.#covered, BEFORE)
  }

  /** Whether a flush has failed and nobody has cleared that. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** The flush that has failed, and what the system said to it. */
  get failure(): FlushFailure | undefined {
    return this.#failure
  }

  /** Whether a flush is under way. */
  get isRunning(): boolean {
    return this.#running.length > 0 || this.#scheduled
  }

  /** Something was changed that may be volatile; so many bytes were written by that. */
  changed(writtenBytes = 0): void {
    this.#changes++
    if (writtenBytes > 0) this.#account.written(writtenBytes)
  }

  /** Starts a flush; true when there is nothing to do. */
  request(request: StoreRequest): boolean {
    if (!this.isDirty) return true
    this.#next.push(request)
    if (!this.isRunning) this.#schedule()
    return false
  }

  /** Bringing data to stable storage has failed, here or in another operation. */
  fail(cause?: FaultCause): void {
    if (this.#failure) return
    this.#failure = { cause }
    this.#owner.flushFailed()
  }

  /** Forgets the failure: somebody has made sure of the data. */
  clear(): void {
    this.#failure = undefined
    this.changed()
  }

  /** @internal the job has ended */
  ended(job: LaneJob): void {
    this.#account.wasInLane(StoreOperation.flush, job.busyMs)
    const fault = this.#judge(job)
    if (!fault) {
      this.#covered = this.#coveredByRunning
      this.#account.flushed(this.#bytesOfRunning)
    }
    const ended = this.#running
    this.#running = []
    if (this.#next.length > 0) this.#schedule()
    for (const request of ended) {
      request.fault = fault
      if (fault && !job.lost) request.cause = this.#failure?.cause
      this.#owner.flushEnded(request)
    }
  }

  /** Starts a flush once all that happens in this turn has joined it. */
  #schedule(): void {
    this.#scheduled = true
    queueMicrotask(this.#start)
  }

  readonly #start = (): void => {
    this.#scheduled = false
    this.#running = this.#next
    this.#next = []
    this.#coveredByRunning = this.#changes
    this.#bytesOfRunning = this.#account.unflushedBytes
    this.#affinity.submit(this.#job)
  }

  #judge(job: LaneJob): StoreFault | undefined {
    if (job.lost) {
      if (job.begun) this.#owner.flushLost()
      return StoreFault.laneLost
    }
    // Something else failed in between: that this one did not proves nothing.
    if (this.#failure) return StoreFault.flushFailed
    if (job.result >= 0) return undefined
    this.fail(this.#account.failed(-job.result, job.call))
    return syncFaultOf(-job.result)
  }
}
