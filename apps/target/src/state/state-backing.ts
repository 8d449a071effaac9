/** Where the text of a state is kept. */
export interface StateBacking {
  /**
   * Keeps the text that `format` makes in place of the one before; when this resolves it is on stable storage.
   * @throws when it is not; what is there then says `isUncertain`.
   */
  write(format: () => string): Promise<void>
  /** Whether a write that failed may have left its text in place of the one before. */
  readonly isUncertain: boolean
}

/** Keeps nothing longer than the process runs: what is in memory is all there is. */
export const memoryBacking: StateBacking = {
  write: () => Promise.resolve(),
  isUncertain: false,
}
