import { storeLimits } from '../limits.ts'
import { rangeFault } from '../range.ts'
import { roundDown } from '../round-down.ts'
import { FaultClearing } from '../store/flush-failure.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import { type StoreListener, StoreListeners } from '../store/store-listeners.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { checkNewSize } from '../store-domain.ts'
import { zeroFill } from '../zeroes.ts'

/** A disk that keeps nothing, LIO's `nullio`: writes are dropped, reads are zeroes. For measuring everything else. */
export class Nullio implements Store {
  readonly plugin = 'ramdisk'
  readonly productName = 'RAMDISK-MCP'
  readonly rotational = false
  readonly name: string
  sizeBytes: number
  /** Nothing of it is volatile, so that there is nothing to flush. */
  readonly flushFailure = undefined
  readonly features: StoreFeatures = {
    write: true,
    discard: false,
    extents: false,
    discardsToZeroes: false,
    discardGranularityBytes: storeLimits.ramPageBytes,
    writeBack: false,
  }
  readonly #listeners = new StoreListeners()
  #closed = false

  constructor(name: string, sizeBytes: number) {
    this.name = name
    this.sizeBytes = sizeBytes
  }

  get available(): boolean {
    return true
  }

  submit(request: StoreRequest): true {
    request.cause = undefined
    request.fault = this.#perform(request)
    return true
  }

  listen(listener: StoreListener): () => void {
    return this.#listeners.add(listener)
  }

  /** See Store. */
  async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    if (this.#closed) return StoreFault.gone
    if (sizeBytes === undefined) return StoreFault.unsupported
    const before = this.sizeBytes
    this.sizeBytes = roundDown(sizeBytes)
    if (this.sizeBytes !== before) this.#listeners.tell({ kind: 'resized' })
    return undefined
  }

  clearFault(): FaultClearing {
    return FaultClearing.none
  }

  /** Its size does not change by itself. */
  checkSize(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<undefined> {
    this.#closed = true
    return Promise.resolve(undefined)
  }

  #perform(request: StoreRequest): StoreFault | undefined {
    if (this.#closed) return StoreFault.gone
    const { operation, slot, slotOffset, lengthBytes } = request
    if (operation === StoreOperation.flush) return undefined
    if (operation === StoreOperation.discard || operation === StoreOperation.extents) return StoreFault.unsupported
    const fault = rangeFault(request, this.sizeBytes)
    if (!fault && slot && operation === StoreOperation.read) zeroFill(slot.bytes, slotOffset, slotOffset + lengthBytes)
    return fault
  }
}
