import {
  type FaultClearing,
  type FlushFailure,
  type Store,
  type StoreFault,
  type StoreFeatures,
  type StoreListener,
  StoreOperation,
  StoreRequest,
} from '@lunkit/backstores'
import type { Storage } from 'lunkit'

/** What a planted store does wrong. */
export type PlantedBug = 'dropped' | 'stale' | 'torn'

/** One write in so many is wrong: one alone may be overwritten before anybody reads it. */
const WRONG_EVERY = 50

/**
 * A store with a bug, before a right one: to some writes it says GOOD and drops them, or keeps all but the last half
 * block, or it answers reads of what was written with what stood there before.
 */
class PlantedStore implements Store {
  readonly #behind: Store
  readonly #bug: PlantedBug
  readonly #blockSizeBytes: number
  #writes = 0
  #stale: { offset: number; lengthBytes: number; bytes: Uint8Array } | undefined

  constructor(behind: Store, bug: PlantedBug, blockSizeBytes: number) {
    this.#behind = behind
    this.#bug = bug
    this.#blockSizeBytes = blockSizeBytes
  }

  get plugin(): string {
    return this.#behind.plugin
  }

  get name(): string {
    return this.#behind.name
  }

  get productName(): string {
    return this.#behind.productName
  }

  get rotational(): boolean {
    return this.#behind.rotational
  }

  get sizeBytes(): number {
    return this.#behind.sizeBytes
  }

  get features(): StoreFeatures {
    return this.#behind.features
  }

  get available(): boolean {
    return this.#behind.available
  }

  listen(listener: StoreListener): () => void {
    return this.#behind.listen(listener)
  }

  checkSize(): Promise<void> {
    return this.#behind.checkSize()
  }

  get flushFailure(): FlushFailure | undefined {
    return this.#behind.flushFailure
  }

  clearFault(): FaultClearing {
    return this.#behind.clearFault()
  }

  resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    return this.#behind.resize(sizeBytes)
  }

  close(): Promise<StoreFault | undefined> {
    return this.#behind.close()
  }

  submit(request: StoreRequest): boolean {
    const { operation } = request
    if (operation === StoreOperation.write && ++this.#writes % WRONG_EVERY === 0) return this.#wrongWrite(request)
    const done = this.#behind.submit(request)
    if (operation === StoreOperation.read && done) this.#makeStale(request)
    return done
  }

  #wrongWrite(request: StoreRequest): boolean {
    if (this.#bug === 'dropped') return this.#done(request)
    if (this.#bug === 'stale') return this.#remember(request)
    const half = new StoreRequest(request.owner)
    half.operation = StoreOperation.write
    half.offset = request.offset
    half.lengthBytes = request.lengthBytes - this.#blockSizeBytes / 2
    half.slot = request.slot
    half.slotOffset = request.slotOffset
    this.#behind.submit(half)
    return this.#done(request)
  }

  #remember(request: StoreRequest): boolean {
    const old = new StoreRequest(request.owner)
    const { slot, slotOffset, offset, lengthBytes } = request
    if (!slot) throw new Error('a write without memory')
    const written = Uint8Array.from(slot.bytes.subarray(slotOffset, slotOffset + lengthBytes))
    Object.assign(old, { operation: StoreOperation.read, offset, lengthBytes, slot, slotOffset })
    this.#behind.submit(old)
    this.#stale = {
      offset,
      lengthBytes,
      bytes: Uint8Array.from(slot.bytes.subarray(slotOffset, slotOffset + lengthBytes)),
    }
    slot.bytes.set(written, slotOffset)
    return this.#behind.submit(request)
  }

  #makeStale({ slot, slotOffset, offset, lengthBytes }: StoreRequest): void {
    const stale = this.#stale
    if (!stale || !slot || stale.offset < offset || stale.offset + stale.lengthBytes > offset + lengthBytes) return
    slot.bytes.set(stale.bytes, slotOffset + stale.offset - offset)
  }

  #done(request: StoreRequest): boolean {
    request.fault = undefined
    return true
  }
}

/** Puts a bug before a store that answers in place. */
export const planting = (storage: Storage, bug: PlantedBug, blockSizeBytes: number): Storage => ({
  ...storage,
  open: async resources => new PlantedStore(await storage.open(resources), bug, blockSizeBytes),
})
