import type { Slot } from '@lunkit/wire'

/** What a storage object can be asked to do. */
export const StoreOperation = {
  /** Fills the slot from the medium. */
  read: 'read',
  /** Puts the slot's bytes on the medium. */
  write: 'write',
  /** Brings everything written before to stable storage. */
  flush: 'flush',
  /** Makes a range read as zeroes, allocated or not as the store likes best. */
  zero: 'zero',
  /** Gives a range's space back; it reads as zeroes afterwards if `discardsToZeroes`. */
  discard: 'discard',
  /** Tells which parts of a range are allocated. */
  extents: 'extents',
} as const
export type StoreOperation = (typeof StoreOperation)[keyof typeof StoreOperation]

/** Why a storage object could not do what it was asked. With the operation it maps to one sense in the engine. */
export const StoreFault = {
  /** The medium failed (EIO). */
  io: 'io',
  /** No space left for what was written (ENOSPC, EDQUOT, a process-wide cap). */
  noSpace: 'noSpace',
  /** The medium cannot be written (EROFS, EPERM). */
  readOnly: 'readOnly',
  /** The medium is gone or shorter than it was (ENODEV, ENXIO, a truncated file). */
  gone: 'gone',
  /** Memory for the operation was short; a retry may do. */
  noMemory: 'noMemory',
  /** The lane that had the operation died; whether it took effect is not known. */
  laneLost: 'laneLost',
  /** An earlier flush failed and nobody has cleared it: what was acknowledged may be lost. */
  flushFailed: 'flushFailed',
  /** The store cannot do this operation at all. */
  unsupported: 'unsupported',
} as const
export type StoreFault = (typeof StoreFault)[keyof typeof StoreFault]

/** A run of bytes of one kind, as `extents` finds it. */
export interface Extent {
  readonly offset: number
  readonly lengthBytes: number
  readonly allocated: boolean
}

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
  /** Set when the operation has ended: what went wrong, or undefined. */
  fault: StoreFault | undefined
  /** What an `extents` operation found: in order, without gaps, from `offset` on, at most `maxExtents`. */
  extents: readonly Extent[] = []
  /** How many extents may be found at the most; they may then end before the range does. */
  maxExtents = 1024

  constructor(owner: StoreRequestOwner) {
    this.owner = owner
  }
}

/** What a storage object can do, and does by itself. */
export interface StoreFeatures {
  readonly write: boolean
  readonly discard: boolean
  readonly extents: boolean
  /** Discarded ranges read as zeroes. */
  readonly discardsToZeroes: boolean
  /** The unit in which space is given back, in bytes. */
  readonly discardGranularityBytes: number
  /** Completed writes may still be volatile: only `flush` and `fua` bring them to stable storage (WCE). */
  readonly writeBack: boolean
}

/** What a storage object reports by itself. */
export type StoreEvent =
  /** `sizeBytes` has changed. */
  | { readonly kind: 'resized' }
  /** The store cannot serve for now (a dead lane), or can again. */
  | { readonly kind: 'availability'; readonly available: boolean }
  /** What was opened is not what the store has now: it serves nothing any more. */
  | { readonly kind: 'fileChanged' }
  /** A flush failed: writes that were acknowledged may be lost. Sticky until cleared. */
  | { readonly kind: 'flushFailed' }
  /** The space behind a thin store has run out. */
  | { readonly kind: 'spaceExhausted' }

/**
 * What keeps the blocks of a logical unit. Every range is checked against `sizeBytes` by the caller; a store checks it
 * again and answers a range beyond its end with `gone`.
 *
 * An operation that was handed over always runs to its end. Operations under way at the same time may end in any
 * order; the caller keeps overlapping ones apart.
 */
export interface Store {
  /** What kind of store it is, LIO's plugin name: `fileio`, `ramdisk`, ... */
  readonly plugin: string
  /** The storage object's name. */
  readonly name: string
  /** The size now; read it at every check. */
  readonly sizeBytes: number
  readonly features: StoreFeatures
  /** False while the store cannot serve at all. */
  readonly available: boolean
  /**
   * Starts an operation. True: it has ended already (`request.fault` says how; `completed` is not called). False: it is
   * under way, and `request.owner.completed` is called later, on this thread, not from within this call.
   */
  submit(request: StoreRequest): boolean
  /** The one listener to what the store reports by itself; setting it again replaces it. */
  listen(listener: (event: StoreEvent) => void): void
  /**
   * Ends the store: operations under way end first, dirty data is flushed. Resolves with the fault of that last flush,
   * if it had one.
   */
  close(): Promise<StoreFault | undefined>
}
