import { setTimeout } from 'node:timers/promises'

/** What the time is, and how it passes. */
export interface Clock {
  /** The time of day. */
  readonly today: () => Date
  /** Milliseconds since some time, never back. */
  readonly now: () => number
  /** Resolves after so many milliseconds, or when it is aborted. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/** The clock of this machine. */
export const machineClock: Clock = {
  today: () => new Date(),
  now: () => performance.now(),
  pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
}
