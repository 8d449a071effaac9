import { storeLimits } from '../limits.ts'
import { rangeFault } from '../range.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { zeroFill } from '../zeroes.ts'
import { MemoryStore } from './memory-store.ts'

/** A disk that keeps nothing, LIO's `nullio`: writes are dropped, reads are zeroes. For measuring everything else. */
export class Nullio extends MemoryStore {
  readonly features: StoreFeatures = {
    write: true,
    discard: false,
    extents: false,
    discardsToZeroes: false,
    discardGranularityBytes: storeLimits.ramPageBytes,
    writeBack: false,
  }

  protected perform(request: StoreRequest): StoreFault | undefined {
    const { operation, slot, slotOffset, lengthBytes } = request
    if (operation === StoreOperation.flush) return undefined
    if (operation === StoreOperation.discard || operation === StoreOperation.extents) return StoreFault.unsupported
    const fault = rangeFault(request, this.sizeBytes)
    if (!fault && slot && operation === StoreOperation.read) zeroFill(slot.bytes, slotOffset, slotOffset + lengthBytes)
    return fault
  }

  /** It has nothing. */
  protected drop(): undefined {
    return undefined
  }
}
