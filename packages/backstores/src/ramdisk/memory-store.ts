import { roundDown } from '../round-down.ts'
import { FaultClearing } from '../store/flush-failure.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import { type StoreListener, StoreListeners } from '../store/store-listeners.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { checkNewSize } from '../store-domain.ts'

/** What disks have in common that lie on no medium: they answer everything at once, and nothing of them is volatile, so that there is nothing to flush. */
export abstract class MemoryStore implements Store {
  readonly plugin = 'ramdisk'
  readonly productName = 'RAMDISK-MCP'
  readonly rotational = false
  readonly name: string
  sizeBytes: number
  readonly flushFailure = undefined
  abstract readonly features: StoreFeatures
  protected readonly listeners = new StoreListeners()
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
    request.fault = this.#closed ? StoreFault.gone : this.perform(request)
    return true
  }

  listen(listener: StoreListener): () => void {
    return this.listeners.add(listener)
  }

  /** See Store. What lay behind a smaller end is given up at once, and reads as zeroes when the disk grows again. */
  async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    if (this.#closed) return StoreFault.gone
    if (sizeBytes === undefined) return StoreFault.unsupported
    const before = this.sizeBytes
    const after = roundDown(sizeBytes)
    if (after < before) this.drop(after, before)
    this.sizeBytes = after
    if (after !== before) this.listeners.tell({ kind: 'resized' })
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

  /** Does what is asked of a disk that is not closed. */
  protected abstract perform(request: StoreRequest): StoreFault | undefined

  /** Makes a range read as zeroes, and gives back the memory that is free by that. */
  protected abstract drop(start: number, end: number): undefined
}
