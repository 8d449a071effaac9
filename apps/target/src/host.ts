import { signalCatcher } from './signals/signal-catcher.ts'
import type { CaughtSignal } from './signals/signal-table.ts'

/** The process around lunkitd, as far as it touches it: tests give another. */
export interface Host {
  /** Calls `heard` at each signal of the table from now on. */
  onSignal(heard: (signal: CaughtSignal) => void): void
  /** Calls `passed` once after this time, unless the function it returns is called first. */
  after(delayMs: number, passed: () => void): () => void
  /** Keeps the process going though nothing is open, until the function it returns is called. */
  stay(): () => void
  /**
   * Ends the process at once by SIGKILL. process.exit() would wait for a lane that blocks in a system call, which may
   * be for ever.
   */
  kill(): void
}

const LONG_MS = 2 ** 31 - 1

/** The real one. */
export const processHost: Host = {
  onSignal(heard) {
    signalCatcher.take(heard)
  },
  after(delayMs, passed) {
    const timer = setTimeout(passed, delayMs)
    return () => clearTimeout(timer)
  },
  stay() {
    const timer = setInterval(() => {}, LONG_MS)
    return () => clearInterval(timer)
  },
  kill() {
    process.kill(process.pid, 'SIGKILL')
  },
}
