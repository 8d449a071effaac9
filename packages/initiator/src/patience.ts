import type { Timers } from '@lunkit/wire'
import { checkArgument, type Domain, object, wholeNumber } from '@lunkit/wire'
import { TimeoutError } from './error.ts'

/** How long a program waits for a call, and what takes it back. */
export interface Patience {
  /** Takes the call back: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** After this time the call rejects with a `TimeoutError`. */
  readonly timeoutMs?: number | undefined
}

/** What setTimeout can wait for; longer ones would strike at once. */
export const DURATION_MS: Domain = wholeNumber(1, 2 ** 31 - 1)

/** What `signal` and `timeoutMs` may be, for tables of options. */
export const PATIENCE = {
  signal: object('an AbortSignal', signal => signal instanceof AbortSignal),
  timeoutMs: DURATION_MS,
}

/** @throws {TypeError} or {RangeError} for a signal or a time that cannot be. */
export function checkPatience({ signal, timeoutMs }: Patience): void {
  if (signal !== undefined) checkArgument('signal', signal, PATIENCE.signal)
  if (timeoutMs !== undefined) checkArgument('timeoutMs', timeoutMs, DURATION_MS)
}

/** What is waited for: its name in messages, and the clock. */
export interface Waited {
  readonly what: string
  readonly timers: Timers
}

const nothing = () => undefined

/** Calls `giveUp` once, when the program does not wait any longer; the function that it returns ends the watch. */
export function watch(
  { signal, timeoutMs }: Patience,
  { what, timers }: Waited,
  giveUp: (reason: unknown) => void,
): () => void {
  if (signal === undefined && timeoutMs === undefined) return nothing
  const end = () => {
    signal?.removeEventListener('abort', aborted)
    stopTimer()
  }
  const struck = (reason: unknown) => {
    end()
    giveUp(reason)
  }
  const aborted = () => struck(signal?.reason)
  const stopTimer =
    timeoutMs === undefined
      ? nothing
      : timers.after(timeoutMs, () => struck(new TimeoutError(`${what} took longer than ${timeoutMs} ms`, timeoutMs)))
  signal?.addEventListener('abort', aborted)
  return end
}

/** The signal of an operation of several parts that is waited for as a whole; `release` ends the wait. */
export function signalOf(patience: Patience, waited: Waited): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController()
  const release = watch(patience, waited, reason => controller.abort(reason))
  return { signal: controller.signal, release }
}
