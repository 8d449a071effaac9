/** Runs things later. Injected: the timers of the process, a coarse wheel, a clock that tests turn by hand. */
export interface Timers {
  /** Runs `run` once, not before `delayMs` have passed; the returned function takes that back. */
  after(delayMs: number, run: () => void): () => void
}
