/** The limits of the Block Limits VPD page (SBC-4), which are enforced too. In logical blocks; 0: none. */
export interface BlockLimits {
  /** WSNZ: WRITE SAME with a length of 0, to the end of the medium, is refused. */
  readonly writeSameNonZero: boolean
  readonly maxCompareAndWriteBlocks: number
  readonly maxTransferBlocks: number
  readonly optimalTransferBlocks: number
  readonly maxUnmapBlocks: number
  readonly maxUnmapDescriptors: number
  readonly optimalUnmapGranularityBlocks: number
  readonly unmapGranularityAlignmentBlocks: number
  readonly maxWriteSameBlocks: number
}
