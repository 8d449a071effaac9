/** What a storage object can do, and does by itself. */
export interface StoreFeatures {
  readonly write: boolean
  readonly discard: boolean
  readonly extents: boolean
  /** What is read, written and zeroed begins and ends at multiples of this, in bytes; undefined: it may be any block. */
  readonly leastBlockBytes?: number | undefined
  /** Discarded ranges read as zeroes. */
  readonly discardsToZeroes: boolean
  /** The unit in which space is given back, in bytes. */
  readonly discardGranularityBytes: number
  /** Completed writes may still be volatile: only `flush` and `fua` bring them to stable storage (WCE). */
  readonly writeBack: boolean
}
