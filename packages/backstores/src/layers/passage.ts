import type { Store } from '../store/store.ts'
import { StoreEngine } from '../store/store-engine.ts'
import { StoreRequest, type StoreRequestOwner } from '../store/store-request.ts'

/** Hears that an operation has come back that a layer had put off. */
export interface PassageOwner {
  /** `request` has what came of it; its owner is to be told. */
  returned(passage: Passage, request: StoreRequest): void
}

/** A put-off operation's way to the store behind and back, as a request of the layer's own. */
export class Passage implements StoreRequestOwner {
  readonly #owner: PassageOwner
  readonly #inner = new StoreRequest(this)
  #outer: StoreRequest | undefined

  constructor(owner: PassageOwner) {
    this.#owner = owner
  }

  /** Hands the operation on; `returned` is called within this where it ends at once. */
  pass(outer: StoreRequest, store: Store): void {
    const inner = this.#inner
    this.#outer = outer
    inner.operation = outer.operation
    inner.offset = outer.offset
    inner.lengthBytes = outer.lengthBytes
    inner.slot = outer.slot
    inner.slotOffset = outer.slotOffset
    inner.fua = outer.fua
    inner.source = outer.source
    inner.maxExtents = outer.maxExtents
    inner.engine = StoreEngine.inline
    if (store.submit(inner)) this.completed(inner)
  }

  completed({ fault, cause, engine, extents }: StoreRequest): void {
    const outer = this.#outer as StoreRequest
    this.#outer = undefined
    this.#inner.slot = undefined
    outer.fault = fault
    outer.cause = cause
    outer.engine = engine
    outer.extents = extents
    this.#owner.returned(this, outer)
  }
}
