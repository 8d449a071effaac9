import { LaneDetail, LaneOperation } from '../lanes/lane-job.ts'
import type { LaneAccess } from '../lanes/lane-set.ts'
import { storeLimits } from '../limits.ts'
import { causeOf, faultOf, syncFaultOf } from '../native/errno.ts'
import { SystemCall } from '../native/system-call.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { appendExtents } from './file-extents.ts'
import { FileJob, type FileJobOwner } from './file-job.ts'
import type { Flushing } from './flushing.ts'
import type { LaneOutage } from './lane-outage.ts'

/** Hears how requests end. */
export interface FileWorkOwner {
  /** A request that was handed over has ended, `request.fault` set. `isStable`: its change is on stable storage. */
  workEnded(request: StoreRequest, isStable: boolean): void
}

/** What work on one file needs. */
export interface FileWorkOptions {
  readonly fd: number
  readonly affinity: LaneAccess
  readonly flushing: Flushing
  readonly outage: LaneOutage
  readonly owner: FileWorkOwner
}

/** How a request is handed over. */
export interface Handover {
  readonly operation: LaneOperation
  /** Bytes of it that are done already. */
  readonly doneBytes: number
  /** See LaneJob. */
  readonly sync: boolean
}

/** The requests of one file that lanes have: each goes on, piece by piece, until it is done or fails. */
export class FileWork implements FileJobOwner {
  readonly #options: FileWorkOptions
  readonly #idle: FileJob[] = []
  #syncing = 0

  constructor(options: FileWorkOptions) {
    this.#options = options
  }

  /** Whether a lane brings something to stable storage. */
  get isSyncing(): boolean {
    return this.#syncing > 0
  }

  /** Hands a request to a lane. */
  hand(request: StoreRequest, { operation, doneBytes, sync }: Handover): void {
    const job = this.#idle.pop() ?? new FileJob(this)
    job.request = request
    job.operation = operation
    job.fd = this.#options.fd
    job.sync = sync
    job.doneBytes = doneBytes
    if (sync) this.#syncing++
    if (operation === LaneOperation.extents) job.extents = []
    this.#submitRest(job, request)
  }

  /** @internal */
  jobEnded(job: FileJob): void {
    const request = job.request as StoreRequest
    const fault = this.#judge(job, request)
    if (!fault && this.#advance(job, request) < request.lengthBytes) return this.#submitRest(job, request)
    if (!fault && job.operation === LaneOperation.extents) request.extents = job.extents
    request.fault = fault
    const { sync } = job
    if (sync) this.#syncing--
    job.request = undefined
    this.#idle.push(job)
    this.#options.owner.workEnded(request, sync)
  }

  #submitRest(job: FileJob, request: StoreRequest): void {
    const { operation, doneBytes } = job
    const left = request.lengthBytes - doneBytes
    const isSpaceChange = operation === LaneOperation.zero || operation === LaneOperation.discard
    job.offset = request.offset + doneBytes
    job.lengthBytes = isSpaceChange ? Math.min(left, storeLimits.laneStepBytes) : left
    job.memoryOffset = (request.slot?.offset ?? 0) + request.slotOffset + doneBytes
    this.#options.affinity.submit(job)
  }

  /** Takes in what a job did; returns how much of its request is done. */
  #advance(job: FileJob, request: StoreRequest): number {
    if (job.operation !== LaneOperation.extents) {
      job.doneBytes += job.result
      return job.doneBytes
    }
    const end = appendExtents(job, { extents: job.extents, maxExtents: request.maxExtents })
    const isStuck = end === job.offset
    job.doneBytes = end - request.offset
    return isStuck || job.extents.length >= request.maxExtents ? request.lengthBytes : job.doneBytes
  }

  #judge(job: FileJob, request: StoreRequest): StoreFault | undefined {
    const { operation, sync, lost, begun, result, call } = job
    const { flushing, outage } = this.#options
    const isChange = operation !== LaneOperation.read && operation !== LaneOperation.extents
    if (isChange && !(sync && result >= 0 && !lost)) flushing.changed()
    if (lost) {
      if (sync && begun) outage.syncLost()
      return StoreFault.laneLost
    }
    if (result > 0) return undefined
    if (call !== SystemCall.none) request.cause = causeOf(-result, call)
    if (job.detail === LaneDetail.syncFailed) {
      flushing.fail(request.cause)
      return syncFaultOf(-result)
    }
    // Every range was checked against the size, so the end of the file in one means that it has been cut off.
    if (result === 0) return operation === LaneOperation.read ? StoreFault.gone : StoreFault.io
    return faultOf(-result)
  }
}
