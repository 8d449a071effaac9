import { libc } from './libc-access.ts'

/** The first that a program may use (the C library keeps those before it for itself), and the last that Linux has. */
const FIRST_REAL_TIME_SIGNAL = 34
const LAST_REAL_TIME_SIGNAL = 64

/**
 * Has the process pass over the real-time signals, which Node has no names for and which would end it. Nothing happens
 * where the C library cannot be called.
 */
export function ignoreRealTimeSignals(): void {
  const library = libc()
  for (let signal = FIRST_REAL_TIME_SIGNAL; signal <= LAST_REAL_TIME_SIGNAL; signal++) library?.ignoreSignal(signal)
}
