/** The process around lunkitd, as far as it touches it: tests give another. */
export interface Host {
  /** Calls `heard` at each SIGTERM and SIGINT from now on. */
  onSignal(heard: (signal: NodeJS.Signals) => void): void
  /** Calls `passed` once after this time, unless the function it returns is called first. */
  after(delayMs: number, passed: () => void): () => void
  /**
   * Ends the process at once by SIGKILL. process.exit() would wait for a lane that blocks in a system call, which may
   * be for ever.
   */
  kill(): void
}

/** The real one. */
export const processHost: Host = {
  onSignal(heard) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, heard)
  },
  after(delayMs, passed) {
    const timer = setTimeout(passed, delayMs)
    return () => clearTimeout(timer)
  },
  kill() {
    process.kill(process.pid, 'SIGKILL')
  },
}
