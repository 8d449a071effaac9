/** What an administrator should know of how a store was opened. It was opened; what keeps it from that is an error. */
export type StoreOpeningEvent =
  /** The file was not there and has been made: it reads as zeroes. */
  | { readonly kind: 'fileCreated'; readonly path: string; readonly sizeBytes: number }
  /**
   * The file does not have the size that was asked for. Served is what was asked for, as LIO does: a longer file up to
   * there, a shorter one has been made longer and reads as zeroes beyond its old end. One that is only read keeps its size.
   */
  | {
      readonly kind: 'sizeDiffers'
      readonly path: string
      readonly fileBytes: number
      readonly askedBytes: number
      readonly servedBytes: number
    }
  /** The size is no multiple of the smallest block: what is beyond the last whole one is not served. */
  | { readonly kind: 'sizeRounded'; readonly sizeBytes: number; readonly servedBytes: number }

/** Hears how a store was opened, before it is there. */
export type StoreOpeningListener = (event: StoreOpeningEvent) => void
