import { checkOptions, oneOf, wholeNumber } from '@lunkit/wire'
import { listenerOf } from '../connect-options.ts'
import { DURATION_MS } from '../patience.ts'

/** A session was lost, or could not be made again; the next attempt is under way after a while. */
export interface LossNotice {
  /** Why it was lost, or why the last attempt failed. */
  readonly reason: unknown
  /** Which attempt is next, from 1 on. */
  readonly attempt: number
  /** When it is made. */
  readonly delayMs: number
}

/** What a lasting session tells its program. */
export interface ReconnectListener {
  lost?(notice: LossNotice): void
  /** There is a session again: the unit attentions of its units say what else has changed. */
  restored?(): void
}

/** How a session that was lost is made again. */
export interface ReconnectOptions {
  /** How long the first attempt waits, in milliseconds; 500 when left out. Never less than the target asks for (Time2Wait). */
  readonly firstDelayMs?: number
  /** How long a later one waits at the most: each waits twice as long as the one before, half of it by chance. 30 s when left out. */
  readonly longestDelayMs?: number
  /** How many attempts one after another may fail before it is given up; when left out, any number. */
  readonly attempts?: number
  /**
   * What becomes of a command that was on its way when the session was lost. `nothing`, when left out: it fails with a ConnectionError, and
   * may have been carried out. `reads`: one that changes nothing is sent again; all others fail.
   */
  readonly repeat?: 'nothing' | 'reads'
  readonly listener?: ReconnectListener
}

const RECONNECT = {
  firstDelayMs: DURATION_MS,
  longestDelayMs: DURATION_MS,
  attempts: wholeNumber(1),
  repeat: oneOf(['nothing', 'reads']),
  listener: listenerOf('lost', 'restored'),
}

/** @throws {TypeError} or {RangeError} for options that cannot be. */
export function checkReconnectOptions(options: ReconnectOptions): void {
  checkOptions('keepConnected: reconnect', options, RECONNECT)
}
