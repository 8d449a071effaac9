/** Runs things later. Injected, so that tests need not wait. */
export interface Timers {
  /** Runs `run` after `delayMs`; the returned function takes that back. */
  after(delayMs: number, run: () => void): () => void
  /** Milliseconds from a fixed point in the past, with fractions. */
  now(): number
}

/** The system's own clock. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
  now: () => performance.now(),
}
