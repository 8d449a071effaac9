/** What the time is, and how it passes. */
export interface Clock {
  /** The time of day. */
  readonly today: () => Date
  /** Milliseconds since some time, never back. */
  readonly now: () => number
  /** Calls a function after so many milliseconds, unless the function that it gives is called before. */
  readonly after: (milliseconds: number, call: () => void) => () => void
}

/** The clock of this machine. */
export const machineClock: Clock = {
  today: () => new Date(),
  now: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds)
    return () => clearTimeout(timer)
  },
}
