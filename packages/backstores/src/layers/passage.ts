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
  /** When it was begun, as its owner says. */
  begunMs = 0

  constructor(owner: PassageOwner) {
    this.#owner = owner
  }

  /** Hands the operation on; `returned` is called within this where it ends at once. */
  pass(outer: StoreRequest, store: Store): void {
    if (this.begin(outer, store)) this.#owner.returned(this, outer)
  }

  /** Hands the operation on. True: it has ended, `outer` has what came of it, and `returned` is not called. */
  begin(outer: StoreRequest, store: Store, atMs = 0): boolean {
    this.begunMs = atMs
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
    inner.heldMs = 0
    if (!store.submit(inner)) return false
    this.#takeBack()
    return true
  }

  /** Somebody waits for its end: see `Store.hurry`. */
  hurry(store: Store): void {
    store.hurry?.(this.#inner)
  }

  completed(): void {
    this.#owner.returned(this, this.#takeBack())
  }

  #takeBack(): StoreRequest {
    const outer = this.#outer as StoreRequest
    const inner = this.#inner
    this.#outer = undefined
    inner.slot = undefined
    outer.fault = inner.fault
    outer.cause = inner.cause
    outer.engine = inner.engine
    outer.extents = inner.extents
    outer.heldMs += inner.heldMs
    return outer
  }
}
