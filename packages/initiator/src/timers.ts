/** Time, which tests make themselves. */
export interface Timers {
  /** Calls back once after so long; the function that it returns takes that back. */
  after(delayMs: number, callback: () => void): () => void
}

/** The timers of the process. They do not keep it alive. */
export const processTimers: Timers = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
