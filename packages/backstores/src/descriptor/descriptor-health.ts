import { fdatasync } from 'node:fs'
import { promisify } from 'node:util'
import type { LaneClient } from '../lanes/lane-client.ts'
import type { LaneAccess } from '../lanes/lane-set.ts'
import { faultOf, negativeErrno } from '../native/errno.ts'
import { SystemCall } from '../native/system-call.ts'
import type { FaultCause } from '../store/fault-cause.ts'
import { FaultClearing } from '../store/flush-failure.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreListeners } from '../store/store-listeners.ts'
import type { StoreRequest } from '../store/store-request.ts'
import type { UnderWay } from '../under-way.ts'
import type { DescriptorAccount } from './descriptor-account.ts'
import type { DescriptorOptions } from './descriptor-options.ts'
import { Flushing, type FlushOwner } from './flushing.ts'
import { LaneOutage, type OutageOwner } from './lane-outage.ts'

const syncFd = promisify(fdatasync)

/** To whom the health of a descriptor matters. */
export interface HealthAudience {
  readonly listeners: StoreListeners
  /** Where flushes end. */
  readonly underWay: UnderWay
  readonly account: DescriptorAccount
}

/** Whether a descriptor can serve, and what is known of its stable storage; the store's listeners hear how that changes. */
export class DescriptorHealth implements LaneClient, FlushOwner, OutageOwner {
  readonly plugin: string
  readonly name: string
  readonly lanes: LaneAccess
  readonly flushing: Flushing
  readonly outage: LaneOutage
  readonly #options: DescriptorOptions
  readonly #audience: HealthAudience
  #deviceGone = false

  constructor(options: DescriptorOptions, audience: HealthAudience) {
    const { plugin, name, fd, witnessFd, isSame, lanes, flushFailure: failure } = options
    this.plugin = plugin
    this.name = name
    this.#options = options
    this.#audience = audience
    const affinity = lanes.attach(this)
    this.lanes = affinity
    this.flushing = new Flushing(fd, { affinity, owner: this, account: audience.account, failure })
    this.outage = new LaneOutage({ witnessFd, isSame, affinity, owner: this, account: audience.account })
  }

  get isAvailable(): boolean {
    return this.outage.isOver && !this.#deviceGone
  }

  /** Whether what was opened is not there any more, for now or for good. */
  get isGone(): boolean {
    return this.#deviceGone || !this.outage.hasFile
  }

  /** Whether nothing is under way that uses the descriptor. */
  get isIdle(): boolean {
    return this.#audience.underWay.count === 0 && this.outage.isOver
  }

  /** What a store answers that is not available. */
  get fault(): StoreFault {
    return this.#deviceGone ? StoreFault.gone : this.outage.fault
  }

  /** The device has gone, with what it was not made to keep: that counts as a flush that failed. */
  deviceGone(): void {
    this.#deviceGone = true
    this.#audience.listeners.tell({ kind: 'deviceGone' })
    if (this.flushing.hasUnflushed) this.flushing.fail()
  }

  /** What is there in its place is not served. */
  deviceRefused(why: string): void {
    this.#audience.listeners.tell({ kind: 'deviceRefused', why })
  }

  /** The descriptor leads to the device again, which was found at that path. */
  deviceBack(path: string): void {
    this.#deviceGone = false
    this.#audience.listeners.tell({ kind: 'deviceBack', path })
  }

  /** Why nothing may change now, if a flush has failed and nobody has cleared that. */
  get flushFault(): StoreFault | undefined {
    return this.flushing.hasFailed ? StoreFault.flushFailed : undefined
  }

  /** Fails a request for the flush that has failed. */
  refuse(request: StoreRequest): void {
    request.fault = StoreFault.flushFailed
    request.cause = this.flushing.failure?.cause
  }

  /** See Store. */
  clearFault(): FaultClearing {
    if (!this.flushing.hasFailed) return FaultClearing.none
    this.outage.forgetFailures()
    this.flushing.clear()
    this.#audience.listeners.tell({ kind: 'faultCleared' })
    return FaultClearing.cleared
  }

  /** Flushes what may be volatile. Not through a lane, which may be dead: through libuv's threads. */
  async lastFlush(): Promise<StoreFault | undefined> {
    const { fd, witnessFd, features } = this.#options
    if (this.flushing.hasFailed) return StoreFault.flushFailed
    if (!this.outage.hasFile) return StoreFault.gone
    if (this.#deviceGone) return this.flushing.hasUnflushed ? StoreFault.gone : undefined
    if (!features.write || !this.flushing.isDirty) return undefined
    try {
      await syncFd(fd)
      if (this.outage.hasUnheard && witnessFd !== undefined) await syncFd(witnessFd)
      return undefined
    } catch (error) {
      const number = -negativeErrno(error)
      this.#audience.account.failed(number, SystemCall.fdatasync)
      return faultOf(number)
    }
  }

  /** @internal */
  laneDown(): void {
    if (this.outage.begin() && !this.#deviceGone)
      this.#audience.listeners.tell({ kind: 'availability', available: false })
  }

  /** @internal */
  laneUp(): void {
    this.outage.laneUp()
  }

  /** @internal */
  outageOver(): void {
    if (!this.#deviceGone) this.#audience.listeners.tell({ kind: 'availability', available: true })
  }

  /** @internal */
  fileChanged(): void {
    this.#audience.listeners.tell({ kind: 'fileChanged' })
  }

  /** @internal */
  syncFailedUnheard(cause: FaultCause | undefined): void {
    this.flushing.fail(cause)
  }

  /** @internal */
  flushLost(): void {
    this.outage.syncLost()
  }

  /** @internal */
  flushFailed(): void {
    this.#audience.listeners.tell({ kind: 'flushFailed', cause: this.flushing.failure?.cause })
  }

  /** @internal */
  flushEnded(request: StoreRequest): void {
    this.#audience.underWay.ended(request)
  }
}
