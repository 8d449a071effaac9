/** Time, as far as the life of the daemon goes by it; tests bring their own. None of it keeps the process going. */
export interface LifeTimers {
  /** Calls `run` again and again, until the function it returns is called. */
  every(periodMs: number, run: () => void): () => void
  /** Calls `run` once, unless the function it returns is called first. */
  after(delayMs: number, run: () => void): () => void
  /** A clock in milliseconds that only goes forward. */
  now(): number
}

/** The clock of the machine. */
export const lifeTimers: LifeTimers = {
  every(periodMs, run) {
    const timer = setInterval(run, periodMs).unref()
    return () => clearInterval(timer)
  },
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref()
    return () => clearTimeout(timer)
  },
  now: () => performance.now(),
}
