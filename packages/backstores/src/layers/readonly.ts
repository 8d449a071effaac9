import { rangeFault } from '../range.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { checkNewSize } from '../store-domain.ts'
import { Layer } from './layer.ts'

const CHANGES: ReadonlySet<StoreOperation> = new Set([
  StoreOperation.write,
  StoreOperation.zero,
  StoreOperation.discard,
])

/** A layer through which nothing changes the store behind: what would is answered with `readOnly`, as by a medium that cannot be written. */
export class ReadOnlyLayer extends Layer {
  readonly #features: StoreFeatures
  #isClosed = false

  /** @throws {TypeError} for what is no store. */
  constructor(behind: Store) {
    super(behind)
    this.#features = { ...behind.features, write: false, discard: false, writeBack: false }
  }

  override get features(): StoreFeatures {
    return this.#features
  }

  submit(request: StoreRequest): boolean {
    if (!CHANGES.has(request.operation)) return this.behind.submit(request)
    request.cause = undefined
    // A range that is not there is told first, as by the store behind.
    request.fault = this.#isClosed ? StoreFault.gone : (rangeFault(request, this.sizeBytes) ?? StoreFault.readOnly)
    return true
  }

  override close(): Promise<StoreFault | undefined> {
    this.#isClosed = true
    return super.close()
  }

  /** What would make the medium longer changes it; the size that it has by itself is followed. */
  override async resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    checkNewSize(sizeBytes)
    if (sizeBytes !== undefined && sizeBytes > this.sizeBytes) return StoreFault.readOnly
    return this.behind.resize(sizeBytes)
  }
}
