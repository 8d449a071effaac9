/** How a medium is laid out, where its store knows: a device has blocks of its own. All sizes are in bytes. */
export interface StoreGeometry {
  /** What is read, written, zeroed and discarded begins and ends at multiples of this. */
  readonly blockBytes: number
  /** What is best read and written whole. */
  readonly physicalBlockBytes: number
  /** Where the first of these begins. */
  readonly alignmentBytes: number
  /** What is best moved at a time; 0: nothing is known. */
  readonly optimalIoBytes: number
  /** Where the first unit begins in which space is given back. */
  readonly discardAlignmentBytes: number
}
