import type { Timers } from '@lunkit/wire'

/** The timers of the process. They do not keep it alive. */
export const processTimers: Timers = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
