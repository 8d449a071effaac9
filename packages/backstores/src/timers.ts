import { type Domain, type Timers as Later, object, wholeNumber } from '@lunkit/wire'

/** Runs things later, and says how late it is. Injected, so that tests need not wait. */
export interface Timers extends Later {
  /** Milliseconds from a fixed point in the past, with fractions. */
  now(): number
}

/** Objects that serve as timers. */
export const TIMERS: Domain = object(
  'timers: { after(delayMs, callback), now() }',
  timers => typeof (timers as { readonly after?: unknown }).after === 'function',
)
/** Times that a timer of Node can wait. */
export const TIMER_MS: Domain = wholeNumber(0, 2 ** 31 - 1)

/** The system's own clock. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
  now: () => performance.now(),
}
