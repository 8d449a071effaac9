/** How a descriptor's operations went, since it was opened. */
export interface DescriptorCounters {
  readonly inPlaceReads: number
  /** Those of the reads that one system call has done together with others. */
  readonly batchedReads: number
  readonly inPlaceWrites: number
  /** In-place operations that took too long; the next ones go to a lane. */
  readonly slowReads: number
  readonly slowWrites: number
  /** Operations handed to a lane. */
  readonly laneOperations: number
}
