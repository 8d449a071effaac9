import type { Slot } from '@lunkit/wire'
import type { Extent } from './extent.ts'
import type { FaultCause } from './fault-cause.ts'
import { StoreEngine } from './store-engine.ts'
import type { StoreFault } from './store-fault.ts'
import { StoreOperation } from './store-operation.ts'

/** Hears that an operation has ended. */
export interface StoreRequestOwner {
  /** The operation of `request` has ended; `request.fault` says how. Never called from within `submit`. */
  completed(request: StoreRequest): void
}

/**
 * One operation on a storage object. Its owner fills it in, submits it, and may use it again after it has ended; while
 * it is under way nobody but the store touches it.
 */
export class StoreRequest {
  readonly owner: StoreRequestOwner
  operation: StoreOperation = StoreOperation.read
  /** First byte of the range on the medium. */
  offset = 0
  /** Length of the range in bytes; `flush` covers everything whatever it says. */
  lengthBytes = 0
  /** The memory read into or written from, from `slotOffset` on. The store does not retain it: the owner does. */
  slot: Slot | undefined
  slotOffset = 0
  /**
   * For what changes the medium: it ends only when its data is on stable storage. For reads: dirty data of the range
   * is brought to stable storage first.
   */
  fua = false
  /** For whom it is done: those of one source wait together where a layer divides what there is among sources. Undefined: for nobody in particular. */
  source: string | undefined
  /** Set when the operation has ended: what went wrong, or undefined. */
  fault: StoreFault | undefined
  /** Beside a fault: what the system or a server said, where it was asked. Undefined again once the next submit has begun. */
  cause: FaultCause | undefined
  /**
   * Where it was done, once it has ended: `inline` unless the store has said otherwise. Whoever uses a request again sets it back before
   * the next submit.
   */
  engine: StoreEngine = StoreEngine.inline
  /**
   * For how long a limit has held it back, in ms, once it has ended. Layers add to it; whoever uses a request again sets it back to 0 before the
   * next submit. What ends within `submit` was not held.
   */
  heldMs = 0
  /** What an `extents` operation found: in order, without gaps, from `offset` on, at most `maxExtents`. */
  extents: readonly Extent[] = []
  /** How many extents may be found at the most; they may then end before the range does. */
  maxExtents = 1024

  constructor(owner: StoreRequestOwner) {
    this.owner = owner
  }
}
