import { LaneDetail, LaneOperation } from '../lanes/lane-job.ts'
import { faultOf, syncFaultOf } from '../native/errno.ts'
import { SystemCall } from '../native/system-call.ts'
import { StoreEngine } from '../store/store-engine.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { storeMetrics } from '../store-metrics.ts'
import type { UnderWay } from '../under-way.ts'
import type { DescriptorAccount } from './descriptor-account.ts'
import type { DescriptorHealth } from './descriptor-health.ts'
import { DescriptorJob, type DescriptorJobOwner } from './descriptor-job.ts'
import type { DescriptorOptions } from './descriptor-options.ts'
import { appendExtents } from './found-extents.ts'
import { LaneStep } from './lane-step.ts'
import type { SpaceExhaustion } from './space-exhaustion.ts'

/** What the work on a descriptor is done with. */
export interface DescriptorWorkParts {
  readonly health: DescriptorHealth
  readonly underWay: UnderWay
  readonly exhaustion: SpaceExhaustion
  readonly account: DescriptorAccount
}

/** How a request is handed over, where that is not as its fields say. */
export interface Handover {
  /** See LaneJob. */
  readonly sync?: boolean
  /** Bytes of it that are done already. */
  readonly doneBytes?: number
}

/** The requests of one descriptor that lanes have: each goes on, piece by piece, until it is done or fails. */
export class DescriptorWork implements DescriptorJobOwner {
  readonly #options: DescriptorOptions
  readonly #parts: DescriptorWorkParts
  readonly #idle: DescriptorJob[] = []
  readonly #step = new LaneStep()
  #syncing = 0

  constructor(options: DescriptorOptions, parts: DescriptorWorkParts) {
    this.#options = options
    this.#parts = parts
  }

  /** Hands a request to a lane. Changes end on stable storage if the store writes through or the request says so. */
  hand(
    request: StoreRequest,
    operation: LaneOperation,
    { sync = this.#mustSync(request), doneBytes = 0 }: Handover = {},
  ): false {
    const job = this.#idle.pop() ?? new DescriptorJob(this)
    this.#parts.account.row.add(storeMetrics.at.laneOperations)
    this.#parts.underWay.begin()
    request.engine = StoreEngine.lane
    job.request = request
    job.operation = operation
    job.sync = sync
    const { fd, directFd } = this.#options
    const moves = operation === LaneOperation.read || operation === LaneOperation.write
    // Whatever may write, and that on stable storage too: where one write goes through the page cache and another past it, the kernel may lose the
    // first. Zeroing writes where the file system can do no better.
    job.fd = moves || operation === LaneOperation.zero ? (directFd ?? fd) : fd
    job.direct = directFd !== undefined && moves && !sync
    job.doneBytes = doneBytes
    if (sync) this.#syncing++
    if (operation === LaneOperation.extents) job.extents = []
    this.#submitRest(job, request)
    return false
  }

  /** Starts a flush; true when there is nothing to do. */
  flush(request: StoreRequest): boolean {
    if (this.#parts.health.flushing.request(request)) return true
    request.engine = StoreEngine.lane
    this.#parts.account.row.add(storeMetrics.at.laneOperations)
    this.#parts.underWay.begin()
    return false
  }

  /**
   * Whether a write is brought to stable storage by itself. While a write-through store does that for others already,
   * it is only written, and waits for a flush that it shares with all that were written in the meantime.
   */
  syncsAlone(request: StoreRequest): boolean {
    const others = !this.#options.features.writeBack && (this.#syncing > 0 || this.#parts.health.flushing.isRunning)
    return this.#mustSync(request) && !others
  }

  /** @internal */
  jobEnded(job: DescriptorJob): void {
    const request = job.request as StoreRequest
    if (job.direct) request.engine = StoreEngine.uring
    this.#parts.account.wasInLane(request.operation, job.busyMs)
    const fault = this.#judge(job, request)
    if (isSpaceChange(job.operation) && !job.lost) this.#step.note(job.busyMs, job.result)
    if (!fault && this.#advance(job, request) < request.lengthBytes) return this.#submitRest(job, request)
    if (!fault && job.operation === LaneOperation.extents) request.extents = job.extents
    request.fault = fault
    const { sync } = job
    if (sync) this.#syncing--
    job.request = undefined
    this.#idle.push(job)
    this.#end(request, sync)
  }

  /** `isStable`: its change is on stable storage. */
  #end(request: StoreRequest, isStable: boolean): void {
    const { health, underWay, exhaustion } = this.#parts
    exhaustion.note(request)
    const waits = !request.fault && !isStable && request.operation === StoreOperation.write && this.#mustSync(request)
    if (waits && !health.flushing.hasFailed) return void health.flushing.request(request)
    if (waits) health.refuse(request)
    underWay.ended(request)
  }

  #mustSync({ operation, fua }: StoreRequest): boolean {
    return operation !== StoreOperation.extents && (fua || !this.#options.features.writeBack)
  }

  #submitRest(job: DescriptorJob, request: StoreRequest): void {
    const { operation, doneBytes } = job
    const left = request.lengthBytes - doneBytes
    job.offset = request.offset + doneBytes
    job.lengthBytes = isSpaceChange(operation) ? this.#step.of(job.offset, left) : left
    job.memoryOffset = (request.slot?.offset ?? 0) + request.slotOffset + doneBytes
    this.#parts.health.lanes.submit(job)
  }

  /** Takes in what a job did; returns how much of its request is done. */
  #advance(job: DescriptorJob, request: StoreRequest): number {
    if (job.operation !== LaneOperation.extents) {
      job.doneBytes += job.result
      return job.doneBytes
    }
    const end = appendExtents(job, { extents: job.extents, maxExtents: request.maxExtents })
    const isStuck = end === job.offset
    job.doneBytes = end - request.offset
    return isStuck || job.extents.length >= request.maxExtents ? request.lengthBytes : job.doneBytes
  }

  #judge(job: DescriptorJob, request: StoreRequest): StoreFault | undefined {
    const { operation, sync, lost, begun, result, call } = job
    const { health, account } = this.#parts
    const { flushing, outage } = health
    const isChange = operation !== LaneOperation.read && operation !== LaneOperation.extents
    if (isChange && !(sync && result >= 0 && !lost))
      flushing.changed(!lost && request.operation === StoreOperation.write ? result : 0)
    if (lost) {
      if (sync && begun) outage.syncLost()
      return StoreFault.laneLost
    }
    if (result > 0) return undefined
    if (call !== SystemCall.none) request.cause = account.failed(-result, call)
    if (job.detail === LaneDetail.syncFailed) {
      flushing.fail(request.cause)
      return syncFaultOf(-result)
    }
    // Every range was checked against the size, so the end in one means that it has been cut off.
    if (result === 0 && operation !== LaneOperation.read) return StoreFault.io
    const fault = result === 0 ? StoreFault.gone : faultOf(-result)
    if (fault === StoreFault.gone) this.#options.endFound()
    return fault
  }
}

const isSpaceChange = (operation: LaneOperation): boolean =>
  operation === LaneOperation.zero || operation === LaneOperation.discard
