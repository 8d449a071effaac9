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
