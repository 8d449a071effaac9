/** A run of bytes of one kind, as `extents` finds it. */
export interface Extent {
  readonly offset: number
  readonly lengthBytes: number
  readonly allocated: boolean
}
