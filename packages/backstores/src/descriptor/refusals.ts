import { rangeFault } from '../range.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import type { UnderWay } from '../under-way.ts'
import type { DescriptorHealth } from './descriptor-health.ts'
import type { DescriptorOptions } from './descriptor-options.ts'

/** What a descriptor does not even begin. */
export class Refusals {
  /** How much of it is served. */
  sizeBytes: number
  readonly #options: DescriptorOptions
  readonly #memory: SharedArrayBuffer
  readonly #health: DescriptorHealth
  readonly #underWay: UnderWay

  constructor(
    options: DescriptorOptions,
    { health, underWay }: { readonly health: DescriptorHealth; readonly underWay: UnderWay },
  ) {
    this.sizeBytes = options.sizeBytes
    this.#options = options
    this.#memory = options.lanes.memory
    this.#health = health
    this.#underWay = underWay
  }

  /**
   * Why a request is refused, if it is.
   * @throws {RangeError} for a slot that does not fit, or lies in other memory.
   */
  of(request: StoreRequest): StoreFault | undefined {
    if (this.#underWay.isClosing) return StoreFault.gone
    const health = this.#health
    if (!health.isAvailable) return health.fault
    const { operation, slot } = request
    if (operation === StoreOperation.flush) return health.flushFault
    const fault = rangeFault(request, this.sizeBytes)
    if (fault) return fault
    if (operation === StoreOperation.extents) return this.#options.features.extents ? undefined : StoreFault.unsupported
    const isTransfer = operation === StoreOperation.read || operation === StoreOperation.write
    if (isTransfer && slot?.memory !== this.#memory)
      throw new RangeError(`a request to ${this.#options.name} brought a slot of another slab than that of its lanes`)
    return operation === StoreOperation.read ? undefined : this.#ofChange(operation)
  }

  #ofChange(operation: StoreOperation): StoreFault | undefined {
    const { write, discard } = this.#options.features
    if (!write) return StoreFault.readOnly
    if (operation === StoreOperation.discard && !discard) return StoreFault.unsupported
    return this.#health.flushFault
  }
}
