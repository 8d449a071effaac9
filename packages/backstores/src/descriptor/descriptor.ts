import { LaneOperation } from '../lanes/lane-job.ts'
import { storeLimits } from '../limits.ts'
import { faultOf } from '../native/errno.ts'
import { libc } from '../native/libc-access.ts'
import { SystemCall } from '../native/system-call.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreListeners } from '../store/store-listeners.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { UnderWay } from '../under-way.ts'
import { BatchedReads } from './batched-reads.ts'
import { DescriptorAccount } from './descriptor-account.ts'
import { type DescriptorCounters, readCounters } from './descriptor-counters.ts'
import { DescriptorHealth } from './descriptor-health.ts'
import type { DescriptorOptions } from './descriptor-options.ts'
import { DescriptorWork } from './descriptor-work.ts'
import { DECLINED, InPlace, MISSED } from './in-place.ts'
import { type LateReadOwner, LateReads } from './late-reads.ts'
import { Refusals } from './refusals.ts'
import { SettledGrain } from './settled-grain.ts'
import { SpaceExhaustion } from './space-exhaustion.ts'

/**
 * What a store does on a descriptor that it has opened: in place what can be answered now, by lanes what may block, and
 * whatever must be on stable storage in time. It knows nothing of what the descriptor leads to.
 */
export class Descriptor implements LateReadOwner {
  readonly listeners = new StoreListeners()
  readonly health: DescriptorHealth
  readonly #options: DescriptorOptions
  readonly #account: DescriptorAccount
  readonly #underWay = new UnderWay()
  readonly #refusals: Refusals
  readonly #inPlace: InPlace
  readonly #batched: BatchedReads
  readonly #late: LateReads
  readonly #work: DescriptorWork
  readonly #exhaustion = new SpaceExhaustion(this.listeners)
  readonly #grain: SettledGrain

  constructor(options: DescriptorOptions) {
    const { fd, lanes, inPlace, plugin, name } = options
    const row = lanes.stores.row({ store: `${plugin}/${name}` })
    const account = new DescriptorAccount(row)
    this.#account = account
    const underWay = this.#underWay
    const health = new DescriptorHealth(options, { listeners: this.listeners, underWay, account })
    this.#options = options
    this.health = health
    this.#grain = new SettledGrain(fd, { flushing: health.flushing, account })
    this.#refusals = new Refusals(options, { health, underWay })
    const library = lanes.native && inPlace.allowed ? libc() : undefined
    this.#inPlace = new InPlace({ fd, lanes, row, writes: inPlace.writes, libc: library })
    const ended = (request: StoreRequest, doneBytes: number): void => this.#batchedReadEnded(request, doneBytes)
    this.#batched = new BatchedReads({ fd, batch: lanes.reads, inPlace: this.#inPlace, row, ended })
    this.#late = new LateReads(this, lanes.timers)
    this.#work = new DescriptorWork(options, { health, underWay, exhaustion: this.#exhaustion, account })
  }

  /** How much of it is served. */
  get sizeBytes(): number {
    return this.#refusals.sizeBytes
  }

  /** Whether it leads to what was opened, and is not being closed. */
  get isOpen(): boolean {
    return !this.#underWay.isClosing && this.health.outage.hasFile
  }

  get counters(): DescriptorCounters {
    return readCounters(this.#account.row)
  }

  /** When `settle` is done, or at once. */
  get settled(): Promise<void> {
    return this.#grain.settled
  }

  /** @internal See SettledGrain. */
  settle(): void {
    this.#grain.settle(this.sizeBytes)
  }

  /** From now on so much of it is served; the store's listeners hear of it. */
  resize(sizeBytes: number): void {
    this.#refusals.sizeBytes = sizeBytes
    this.#grain.resize(sizeBytes)
    this.listeners.tell({ kind: 'resized' })
  }

  /** See Store. */
  submit(request: StoreRequest): boolean {
    request.cause = undefined
    request.fault = this.#refusals.of(request)
    if (request.fault) {
      if (request.fault === StoreFault.flushFailed) this.health.refuse(request)
      return true
    }
    const { operation } = request
    if (operation === StoreOperation.flush) return !this.#options.features.write || this.#work.flush(request)
    if (request.lengthBytes === 0) return true
    if (operation === StoreOperation.read) return this.#read(request)
    if (operation === StoreOperation.write) return this.#write(request)
    return this.#work.hand(request, this.#options.space[operation])
  }

  /** Ends what is under way, flushes, and lets go of lanes and memory; then `after` closes what the store has opened. */
  close(after: () => Promise<void>): Promise<StoreFault | undefined> {
    return this.#underWay.close(async () => {
      await this.settled
      await this.health.outage.idle()
      this.health.lanes.detach()
      this.#inPlace.release()
      const fault = await this.health.lastFlush()
      await after()
      this.#account.row.release()
      return fault
    })
  }

  /** @internal */
  readAgain(request: StoreRequest): number {
    return this.#inPlace.read(request)
  }

  /** @internal */
  lateReadEnded(request: StoreRequest, doneBytes: number): void {
    this.#grain.coarsen(request.offset, request.lengthBytes)
    this.#leave(request, doneBytes)
  }

  #batchedReadEnded(request: StoreRequest, doneBytes: number): void {
    if (doneBytes !== MISSED || !this.#late.wait(request)) this.#leave(request, doneBytes)
  }

  /** A read that was under way here has ended, or a lane has it now. */
  #leave(request: StoreRequest, doneBytes: number): void {
    if (this.#readEnded(request, doneBytes)) this.#underWay.ended(request)
    else this.#underWay.leave()
  }

  #read(request: StoreRequest): boolean {
    const { flushing } = this.health
    if (request.fua && flushing.isDirty) {
      if (!flushing.hasFailed) return this.#work.hand(request, LaneOperation.read, { sync: true })
      this.health.refuse(request)
      return true
    }
    if (!this.#batched.take(request)) {
      const doneBytes = this.#inPlace.read(request)
      if (doneBytes !== MISSED || !this.#late.wait(request)) return this.#readEnded(request, doneBytes)
    }
    this.#underWay.begin()
    return false
  }

  /** What a read in place has come to: whether the request has ended, or a lane does the rest. */
  #readEnded(request: StoreRequest, doneBytes: number): boolean {
    if (doneBytes === request.lengthBytes) return true
    if (doneBytes === DECLINED || doneBytes === MISSED || doneBytes > 0) {
      this.#grain.coarsen(request.offset, request.lengthBytes)
      return this.#work.hand(request, LaneOperation.read, { sync: false, doneBytes: Math.max(0, doneBytes) })
    }
    // Every range was checked against the size, so the end in one means that it has been cut off.
    if (doneBytes < 0) this.#failBySystem(request, -doneBytes, SystemCall.preadv2)
    else {
      request.fault = StoreFault.gone
      this.#options.endFound()
    }
    return true
  }

  #write(request: StoreRequest): boolean {
    const isPlain = this.#options.features.writeBack && !request.fua
    const isFine = request.lengthBytes <= storeLimits.fineWriteBytes
    if (isFine && this.#grain.isCoarse(request.offset)) return this.#writeFine(request)
    // With a lane operation pending the medium may be waited for, and a write in place might wait with it.
    const doneBytes = isPlain && this.#underWay.count === this.#batched.count ? this.#inPlace.write(request) : DECLINED
    if (doneBytes === DECLINED)
      return this.#work.hand(request, LaneOperation.write, { sync: this.#work.syncsAlone(request) })
    this.health.flushing.changed(doneBytes)
    if (doneBytes > 0 && doneBytes < request.lengthBytes)
      return this.#work.hand(request, LaneOperation.write, { sync: false, doneBytes })
    if (doneBytes < 0) this.#failBySystem(request, -doneBytes, SystemCall.pwrite)
    this.#exhaustion.note(request)
    return true
  }

  #writeFine(request: StoreRequest): false {
    this.#grain.split(request.offset)
    return this.#work.hand(request, LaneOperation.fineWrite, { sync: this.#work.syncsAlone(request) })
  }

  #failBySystem(request: StoreRequest, number: number, call: SystemCall): void {
    request.fault = faultOf(number)
    if (request.fault === StoreFault.gone) this.#options.endFound()
    request.cause = this.#account.failed(number, call)
  }
}
