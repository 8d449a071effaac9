import type { Slab } from '@lunkit/wire'

/** Runs things later. Injected: a coarse wheel in a daemon, a clock that tests turn by hand. */
export interface Timers {
  /** Runs `run` after `delayMs`; the returned function takes that back. */
  after(delayMs: number, run: () => void): () => void
}

/** What a target device gives to its task sets and their tasks. */
export interface Services {
  readonly slab: Slab
  readonly timers: Timers
  /** Hears of a bug of ours, which must end the process: nothing that follows it can be trusted. */
  readonly onBug: (error: unknown) => void
}
