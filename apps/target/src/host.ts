import { signalCatcher } from './signals/signal-catcher.ts'
import type { CaughtSignal } from './signals/signal-table.ts'

/** The process around lunkitd, as far as it touches it: tests give another. */
export interface Host {
  /** Calls `heard` at each signal of the table from now on. */
  onSignal(heard: (signal: CaughtSignal) => void): void
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
    signalCatcher.take(heard)
  },
  after(delayMs, passed) {
    const timer = setTimeout(passed, delayMs)
    return () => clearTimeout(timer)
  },
  kill() {
    process.kill(process.pid, 'SIGKILL')
  },
}
