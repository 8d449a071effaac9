import type { Slab, Timers } from '@lunkit/wire'

/** What a target device gives to its task sets and their tasks. */
export interface Services {
  readonly slab: Slab
  readonly timers: Timers
  /** Hears of a bug of ours, which must end the process: nothing that follows it can be trusted. */
  readonly onBug: (error: unknown) => void
}
