import { StoreFault } from '../store/store-fault.ts'
import type { StoreListeners } from '../store/store-listeners.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'

/** Whether the space behind a store has run out: told once, and again after there was some. */
export class SpaceExhaustion {
  readonly #listeners: StoreListeners
  #exhausted = false

  constructor(listeners: StoreListeners) {
    this.#listeners = listeners
  }

  /** An operation has ended. */
  note({ operation, fault }: StoreRequest): void {
    if (operation !== StoreOperation.write && operation !== StoreOperation.zero) return
    const exhausted = fault === StoreFault.noSpace
    if (exhausted && !this.#exhausted) this.#listeners.tell({ kind: 'spaceExhausted' })
    if (exhausted || !fault) this.#exhausted = exhausted
  }
}
