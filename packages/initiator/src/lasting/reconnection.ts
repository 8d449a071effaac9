import { randomInt } from 'node:crypto'
import { AsyncEvent, LoginStatusClass, loginStatusClass } from '@lunkit/pdu'
import type { Timers } from '@lunkit/wire'
import type { ConnectOptions } from '../connect-options.ts'
import { type ConnectionError, LoginError } from '../error.ts'
import type { AsyncNotice } from '../full-feature.ts'
import type { RedirectionNotice } from '../redirection-notice.ts'
import { isUnanswered } from '../redirections.ts'
import type { Session } from '../session.ts'
import type { TcpAddress } from '../tcp.ts'
import type { ReconnectOptions } from './reconnect-options.ts'

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000

/** Logs in, by these options. */
export type MakeSession = (options: ConnectOptions) => Promise<Session>

/** The logins of a lasting session, one after another, with the waits between them. */
export class Reconnection {
  readonly #options: ConnectOptions
  readonly #reconnect: ReconnectOptions
  readonly #timers: Timers
  readonly #make: MakeSession
  readonly #over = new AbortController()
  /** Where the target is sought: where it has moved for good, RFC 7143 11.13.5. */
  #home: TcpAddress | undefined
  /** What the target asks to be waited for, in seconds. */
  #time2Wait = 0
  /** What the last login was told of where the target is. */
  #ways: RedirectionNotice[] = []

  constructor(options: ConnectOptions, reconnect: ReconnectOptions, timers: Timers, make: MakeSession) {
    this.#options = options
    this.#reconnect = reconnect
    this.#timers = timers
    this.#make = make
  }

  /** Logs in once. */
  async login(signal: AbortSignal | undefined): Promise<Session> {
    const { listener } = this.#options
    this.#ways = []
    const session = await this.#make({
      ...this.#options,
      ...this.#home,
      signal,
      listener: {
        ...bound(listener),
        asyncMessage: notice => this.#heard(notice),
        redirected: notice => {
          this.#ways.push(notice)
          listener?.redirected?.(notice)
        },
      },
    })
    if (this.#ways.length > 0) this.#home = this.#ways.find(({ permanent }) => !permanent)?.from ?? session.portal
    this.#time2Wait = session.parameters.DefaultTime2Wait
    return session
  }

  /** RFC 7143 11.9.1: the target says when one may come back. */
  #heard(notice: AsyncNotice): void {
    const { connectionDrop, sessionDrop } = AsyncEvent
    if (notice.event === connectionDrop || notice.event === sessionDrop)
      this.#time2Wait = Math.max(this.#time2Wait, notice.parameter2)
    this.#options.listener?.asyncMessage?.(notice)
  }

  /**
   * Logs in anew, until it succeeds, or there is no sense in it, or so many attempts have failed.
   * @throws {unknown} why it is given up.
   */
  async again(reason: unknown): Promise<Session> {
    const { attempts = Number.POSITIVE_INFINITY, listener } = this.#reconnect
    let last = reason
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const delayMs = this.#delay(attempt)
      listener?.lost?.({ reason: last, attempt, delayMs })
      await this.#wait(delayMs)
      try {
        return await this.login(this.#over.signal)
      } catch (error) {
        this.#over.signal.throwIfAborted()
        if (!mayPass(error)) throw error
        last = error
      }
    }
    throw last
  }

  #delay(attempt: number): number {
    const { firstDelayMs = FIRST_DELAY_MS, longestDelayMs = LONGEST_DELAY_MS } = this.#reconnect
    const most = Math.min(firstDelayMs * 2 ** Math.min(attempt - 1, 31), Math.max(firstDelayMs, longestDelayMs))
    // Those that were lost together do not come back together.
    const delayMs = attempt === 1 ? most : most - randomInt(Math.floor(most / 2) + 1)
    return Math.max(delayMs, attempt === 1 ? this.#time2Wait * 1000 : 0)
  }

  #wait(delayMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { signal } = this.#over
    const stopTimer = this.#timers.after(delayMs, resolve)
    const stopped = () => {
      stopTimer()
      reject(signal.reason)
    }
    signal.throwIfAborted()
    signal.addEventListener('abort', stopped)
    return promise.finally(() => signal.removeEventListener('abort', stopped))
  }

  /** No further attempt is made, and one that is under way ends. */
  stop(reason: ConnectionError): void {
    this.#over.abort(reason)
  }
}

/** A listener whose functions are called with it, in whatever object they stand. */
function bound(listener: ConnectOptions['listener']): ConnectOptions['listener'] {
  return {
    rejected: notice => listener?.rejected?.(notice),
    attention: notice => listener?.attention?.(notice),
  }
}

/** Whether another attempt may succeed: nobody was there, or a target that is not able to. */
function mayPass(error: unknown): boolean {
  if (error instanceof LoginError) return loginStatusClass(error.status) === LoginStatusClass.targetError
  return isUnanswered(error)
}
