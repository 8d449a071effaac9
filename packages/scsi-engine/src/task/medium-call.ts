import { type Store, type StoreFault, StoreRequest, type StoreRequestOwner } from '@lunkit/backstores/store'

/** A store operation that somebody waits for with a promise. */
export class MediumCall implements StoreRequestOwner {
  readonly request = new StoreRequest(this)
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
