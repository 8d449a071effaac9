import type { Extent, Store, StoreFault, StoreOperation, StoreRequest, StoreRequestOwner } from '@lunkit/backstores'
import type { Slot } from '@lunkit/wire'

/** The device server's store request: one hidden class for every store, filled in again and again. */
export class MediumRequest implements StoreRequest {
  readonly owner: StoreRequestOwner
  operation: StoreOperation = 'read'
  offset = 0
  lengthBytes = 0
  slot: Slot | undefined = undefined
  slotOffset = 0
  fua = false
  fault: StoreFault | undefined = undefined
  extents: readonly Extent[] = []
  maxExtents = 1024

  constructor(owner: StoreRequestOwner) {
    this.owner = owner
  }
}

/** A store operation that somebody waits for with a promise. */
export class MediumCall implements StoreRequestOwner {
  readonly request = new MediumRequest(this)
  #ended: ((fault: StoreFault | undefined) => void) | undefined

  /** Submits the request; resolves when it has ended. */
  submit(store: Store): Promise<StoreFault | undefined> {
    if (store.submit(this.request)) return Promise.resolve(this.request.fault)
    return new Promise(resolve => {
      this.#ended = resolve
    })
  }

  completed(): void {
    this.#ended?.(this.request.fault)
  }
}
