import { close, fdatasync } from 'node:fs'
import { promisify } from 'node:util'
import { checkOptions } from '@lunkit/wire'
import type { LaneClient } from '../lanes/lane-client.ts'
import { LaneOperation } from '../lanes/lane-job.ts'
import type { LaneAccess } from '../lanes/lane-set.ts'
import { storeLimits } from '../limits.ts'
import { causeOf, faultOf, negativeErrno } from '../native/errno.ts'
import { libc } from '../native/libc.ts'
import { SystemCall } from '../native/system-call.ts'
import { rangeFault } from '../range.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import { type StoreListener, StoreListeners } from '../store/store-listeners.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { type OpenedFile, openBackingFile } from './file-opening.ts'
import { FileWork, type FileWorkOwner } from './file-work.ts'
import { FILEIO_DOMAINS, type FileioOptions } from './fileio-options.ts'
import { Flushing, type FlushOwner } from './flushing.ts'
import { DECLINED, InPlace, MISSED } from './in-place.ts'
import { LaneOutage, type OutageOwner } from './lane-outage.ts'
import { type LateReadOwner, LateReads } from './late-reads.ts'
import { PageGrain } from './page-grain.ts'

const closeFd = promisify(close)
const syncFd = promisify(fdatasync)

/** How what is always done by a lane is done there. */
const laneOperations = {
  zero: LaneOperation.zero,
  discard: LaneOperation.discard,
  extents: LaneOperation.extents,
} as const

/** How a fileio store's operations went, since it was opened. */
export interface FileioCounters {
  readonly inPlaceReads: number
  readonly inPlaceWrites: number
  /** In-place operations that took too long; the next ones go to a lane. */
  readonly slowReads: number
  readonly slowWrites: number
  /** Operations handed to a lane. */
  readonly laneOperations: number
}

/**
 * Opens a file as a store, or creates it sparse.
 * @throws {StoreOpenError} naming the path, what is wrong and what would be right. {TypeError} or {RangeError} for options that
 * cannot be.
 */
export async function openFileio(options: FileioOptions): Promise<Fileio> {
  checkOptions('openFileio', options, FILEIO_DOMAINS)
  const library = options.lanes.native ? libc() : undefined
  const { path, sizeBytes, readOnly = false, unlocked = false, create = true, opened = () => {} } = options
  const file = await openBackingFile({ path, sizeBytes, readOnly, unlocked, create, opened, libc: library })
  const store = new Fileio(options, file)
  if (library && !readOnly) store.settle()
  return store
}

/** A store that keeps its blocks in a file. */
export class Fileio implements Store, LaneClient, FileWorkOwner, FlushOwner, OutageOwner, LateReadOwner {
  readonly plugin = 'fileio'
  readonly productName = 'FILEIO'
  /** As LIO takes it, whatever the file lies on. */
  readonly rotational = true
  readonly name: string
  readonly path: string
  readonly sizeBytes: number
  readonly features: StoreFeatures
  readonly #file: OpenedFile
  readonly #memory: SharedArrayBuffer
  readonly #affinity: LaneAccess
  readonly #inPlace: InPlace
  readonly #late: LateReads
  readonly #flushing: Flushing
  readonly #outage: LaneOutage
  readonly #work: FileWork
  readonly #drained = Promise.withResolvers<void>()
  readonly #listeners = new StoreListeners()
  /** Requests under way: lanes have them. */
  #underWay = 0
  #laneOperations = 0
  #spaceExhausted = false
  #grain: PageGrain | undefined
  #settling: Promise<void> | undefined
  #closing: Promise<StoreFault | undefined> | undefined

  /** @internal see openFileio */
  constructor({ name, path, writeBack, lanes, readOnly = false, inPlace = true }: FileioOptions, file: OpenedFile) {
    this.name = name
    this.path = path
    this.sizeBytes = file.sizeBytes
    this.features = {
      write: !readOnly,
      discard: file.canPunch,
      extents: file.canSeek,
      discardsToZeroes: true,
      discardGranularityBytes: Number(file.stats.blksize),
      writeBack,
    }
    const { fd } = file
    const affinity = lanes.attach(this)
    this.#file = file
    this.#memory = lanes.memory
    this.#affinity = affinity
    this.#inPlace = new InPlace({ fd, lanes, writes: file.isLocal, libc: lanes.native && inPlace ? libc() : undefined })
    this.#late = new LateReads(this, lanes.timers)
    this.#flushing = new Flushing(fd, { affinity, owner: this })
    this.#outage = new LaneOutage(file, { affinity, owner: this })
    this.#work = new FileWork({ fd, affinity, flushing: this.#flushing, outage: this.#outage, owner: this })
  }

  get available(): boolean {
    return this.#outage.isOver
  }

  get counters(): FileioCounters {
    const { reads, writes, readPace, writePace } = this.#inPlace
    return {
      inPlaceReads: reads,
      inPlaceWrites: writes,
      slowReads: readPace.slow,
      slowWrites: writePace.slow,
      laneOperations: this.#laneOperations,
    }
  }

  /**
   * @internal Brings what others have left in the page cache to stable storage, in the background: folios are split only
   * when they are clean (PageGrain). That this fails is as bad as if a flush of ours did.
   */
  settle(): void {
    this.#settling = syncFd(this.#file.fd).then(
      () => {
        this.#grain = new PageGrain(this.sizeBytes)
      },
      () => this.#flushing.fail(),
    )
  }

  /** @internal When `settle` is done, or at once. */
  get settled(): Promise<void> {
    return this.#settling ?? Promise.resolve()
  }

  listen(listener: StoreListener): () => void {
    return this.#listeners.add(listener)
  }

  submit(request: StoreRequest): boolean {
    request.cause = undefined
    request.fault = this.#refusal(request)
    if (request.fault) {
      if (request.fault === StoreFault.flushFailed) request.cause = this.#flushing.cause
      return true
    }
    const { operation } = request
    if (operation === StoreOperation.flush) return this.#flush(request)
    if (request.lengthBytes === 0) return true
    if (operation === StoreOperation.read) return this.#read(request)
    if (operation === StoreOperation.write) return this.#write(request)
    return this.#hand(request, laneOperations[operation])
  }

  /** Forgets that a flush failed: somebody has made sure of the data, or gives it up. */
  clearFlushFailure(): void {
    this.#outage.forgetFailures()
    this.#flushing.clear()
  }

  close(): Promise<StoreFault | undefined> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const fault = await this.close()
    if (fault) throw new Error(`${this.path} was closed, but its last flush ended with ${fault}; check what it holds`)
  }

  /** @internal */
  laneDown(): void {
    if (this.#outage.begin()) this.#listeners.tell({ kind: 'availability', available: false })
  }

  /** @internal */
  laneUp(): void {
    this.#outage.laneUp()
  }

  /** @internal */
  outageOver(): void {
    this.#listeners.tell({ kind: 'availability', available: true })
  }

  /** @internal */
  fileChanged(): void {
    this.#listeners.tell({ kind: 'fileChanged' })
  }

  /** @internal */
  syncFailedUnheard(): void {
    this.#flushing.fail()
  }

  /** @internal */
  flushLost(): void {
    this.#outage.syncLost()
  }

  /** @internal */
  flushFailed(): void {
    this.#listeners.tell({ kind: 'flushFailed', cause: this.#flushing.cause })
  }

  /** @internal */
  flushEnded(request: StoreRequest): void {
    this.#finish(request)
  }

  /** @internal */
  workEnded(request: StoreRequest, isStable: boolean): void {
    this.#noteSpace(request)
    if (request.fault || isStable || request.operation !== StoreOperation.write || !this.#mustSync(request))
      return this.#finish(request)
    if (!this.#flushing.hasFailed) return void this.#flushing.request(request)
    request.fault = StoreFault.flushFailed
    request.cause = this.#flushing.cause
    this.#finish(request)
  }

  #refusal(request: StoreRequest): StoreFault | undefined {
    if (this.#closing) return StoreFault.gone
    if (!this.#outage.isOver) return this.#outage.fault
    const { operation, slot } = request
    if (operation === StoreOperation.flush) return this.#flushing.hasFailed ? StoreFault.flushFailed : undefined
    const fault = rangeFault(request, this.sizeBytes)
    if (fault) return fault
    if (operation === StoreOperation.extents) return this.features.extents ? undefined : StoreFault.unsupported
    if (
      (operation === StoreOperation.read || operation === StoreOperation.write) &&
      slot?.bytes.buffer !== this.#memory
    )
      throw new RangeError(`a request to ${this.name} brought a slot of another slab than that of its lanes`)
    return operation === StoreOperation.read ? undefined : this.#changeRefusal(operation)
  }

  #changeRefusal(operation: StoreOperation): StoreFault | undefined {
    if (!this.features.write) return StoreFault.readOnly
    if (operation === StoreOperation.discard && !this.features.discard) return StoreFault.unsupported
    return this.#flushing.hasFailed ? StoreFault.flushFailed : undefined
  }

  #read(request: StoreRequest): boolean {
    if (request.fua && this.#flushing.isDirty) {
      if (!this.#flushing.hasFailed) return this.#hand(request, LaneOperation.read, { sync: true })
      request.fault = StoreFault.flushFailed
      request.cause = this.#flushing.cause
      return true
    }
    const doneBytes = this.#inPlace.read(request)
    if (doneBytes !== MISSED || !this.#late.wait(request)) return this.#readEnded(request, doneBytes)
    this.#underWay++
    return false
  }

  /** @internal */
  readAgain(request: StoreRequest): number {
    return this.#inPlace.read(request)
  }

  /** @internal */
  lateReadEnded(request: StoreRequest, doneBytes: number): void {
    if (!this.#readEnded(request, doneBytes)) {
      this.#underWay--
      return
    }
    this.#grain?.coarsen(request.offset, request.lengthBytes)
    this.#finish(request)
  }

  /** What a read in place has come to: whether the request has ended, or a lane does the rest. */
  #readEnded(request: StoreRequest, doneBytes: number): boolean {
    if (doneBytes === request.lengthBytes) return true
    if (doneBytes === DECLINED || doneBytes === MISSED || doneBytes > 0)
      return this.#readByLane(request, Math.max(0, doneBytes))
    // Every range was checked against the size, so the end of the file in one means that it has been cut off.
    if (doneBytes === 0) request.fault = StoreFault.gone
    else failBySystem(request, -doneBytes, SystemCall.preadv2)
    return true
  }

  #readByLane(request: StoreRequest, doneBytes: number): false {
    this.#grain?.coarsen(request.offset, request.lengthBytes)
    return this.#hand(request, LaneOperation.read, { sync: false, doneBytes })
  }

  #write(request: StoreRequest): boolean {
    const isPlain = this.features.writeBack && !request.fua
    const isFine = request.lengthBytes <= storeLimits.fineWriteBytes
    if (isFine && this.#grain?.isFine(request.offset) === false) return this.#writeFine(request, this.#grain)
    // With a lane operation pending the file may be waiting for its medium, and a write in place might wait with it.
    const doneBytes = isPlain && this.#underWay === 0 ? this.#inPlace.write(request) : DECLINED
    if (doneBytes === DECLINED) return this.#hand(request, LaneOperation.write, { sync: this.#syncsAlone(request) })
    this.#flushing.changed()
    if (doneBytes > 0 && doneBytes < request.lengthBytes)
      return this.#hand(request, LaneOperation.write, { sync: false, doneBytes })
    if (doneBytes < 0) failBySystem(request, -doneBytes, SystemCall.pwrite)
    this.#noteSpace(request)
    return true
  }

  #writeFine(request: StoreRequest, grain: PageGrain): false {
    grain.split(request.offset)
    return this.#hand(request, LaneOperation.fineWrite, { sync: this.#syncsAlone(request) })
  }

  #flush(request: StoreRequest): boolean {
    if (!this.features.write || this.#flushing.request(request)) return true
    this.#laneOperations++
    this.#underWay++
    return false
  }

  /** Hands a request to the lanes. Changes end on stable storage if the store writes through or the request says so. */
  #hand(
    request: StoreRequest,
    operation: LaneOperation,
    { sync = this.#mustSync(request), doneBytes = 0 } = {},
  ): false {
    this.#laneOperations++
    this.#underWay++
    this.#work.hand(request, { operation, doneBytes, sync })
    return false
  }

  #mustSync({ operation, fua }: StoreRequest): boolean {
    return operation !== StoreOperation.extents && (fua || !this.features.writeBack)
  }

  /**
   * Whether a write is brought to stable storage by itself. While a write-through store does that for others already,
   * it is only written, and waits for a flush that it shares with all that were written in the meantime.
   */
  #syncsAlone(request: StoreRequest): boolean {
    const others = !this.features.writeBack && (this.#work.isSyncing || this.#flushing.isRunning)
    return this.#mustSync(request) && !others
  }

  #finish(request: StoreRequest): void {
    this.#underWay--
    if (this.#closing && this.#underWay === 0) this.#drained.resolve()
    request.owner.completed(request)
  }

  #noteSpace({ operation, fault }: StoreRequest): void {
    if (operation !== StoreOperation.write && operation !== StoreOperation.zero) return
    const exhausted = fault === StoreFault.noSpace
    if (exhausted && !this.#spaceExhausted) this.#listeners.tell({ kind: 'spaceExhausted' })
    if (exhausted || !fault) this.#spaceExhausted = exhausted
  }

  async #close(): Promise<StoreFault | undefined> {
    if (this.#underWay === 0) this.#drained.resolve()
    await this.#drained.promise
    await this.settled
    await this.#outage.idle()
    this.#affinity.detach()
    this.#inPlace.release()
    const fault = await this.#lastFlush()
    this.#file.lock.release()
    if (this.#outage.hasFile) await closeFd(this.#file.fd)
    if (this.#file.witnessFd !== undefined) await closeFd(this.#file.witnessFd)
    return fault
  }

  /** Not through a lane, which may be dead: through libuv's threads. */
  async #lastFlush(): Promise<StoreFault | undefined> {
    if (this.#flushing.hasFailed) return StoreFault.flushFailed
    if (!this.#outage.hasFile) return StoreFault.gone
    if (!this.features.write || !this.#flushing.isDirty) return undefined
    try {
      await syncFd(this.#file.fd)
      if (this.#outage.hasUnheard && this.#file.witnessFd !== undefined) await syncFd(this.#file.witnessFd)
      return undefined
    } catch (error) {
      return faultOf(-negativeErrno(error))
    }
  }
}

function failBySystem(request: StoreRequest, number: number, call: SystemCall): void {
  request.fault = faultOf(number)
  request.cause = causeOf(number, call)
}
