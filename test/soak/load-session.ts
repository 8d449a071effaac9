import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Command,
  type CommandResult,
  ConnectionError,
  type ConnectOptions,
  connect,
  ProtocolError,
  type Session,
} from '@lunkit/initiator'
import type { Change } from './change.ts'
import type { Ledger } from './ledger.ts'
import type { Operation } from './operation.ts'
import { describe, type OutcomeBook } from './outcome.ts'
import type { Report } from './report.ts'

/** How long a login is tried anew, e.g. while a target starts again. */
const LOGIN_PATIENCE_MS = 60_000
/** A while between two tries. */
const LOGIN_PAUSE_MS = 100
/**
 * No answer while one looked so often, once a second, is a hang: on a machine that is too busy, one looks less often. A
 * disk that others write to may take a minute for one fdatasync.
 */
const ANSWER_LOOKS = 120

/** An operation on its way. */
interface UnderWay {
  readonly operation: Operation
  readonly command: Command
  /** The session that it was sent in, which may have been reinstated since. */
  readonly session: Session
  /** How often it was there when one looked for hangs. */
  looks: number
}

/** What a session is made with. */
export interface LoadSessionOptions {
  /** Where to log in, once there is a target to log in to. */
  readonly where: () => Promise<ConnectOptions>
  readonly book: OutcomeBook
  readonly report: Report
}

/**
 * One I_T nexus that logs in again whenever it has lost its session. What was lost with a session is settled by the
 * next login of the same nexus: it is answered when nothing of the old session can happen any more.
 */
export class LoadSession {
  readonly #options: LoadSessionOptions
  readonly #underWay = new Set<UnderWay>()
  #lost: { ledger: Ledger; change: Change }[] = []
  #session: Session | undefined
  #connecting: Promise<Session> | undefined

  constructor(options: LoadSessionOptions) {
    this.#options = options
  }

  /** Makes an operation once there is a session, sends it, and waits until it has ended, one way or another. */
  async run(make: () => Operation): Promise<void> {
    const session = await this.#connected()
    // Made now, so that it begins in the ledger of the target's present life.
    const operation = make()
    try {
      this.#options.book.ended(operation, await this.#execute(session, operation))
    } catch (error) {
      const { change, ledger } = operation
      if (this.#options.book.failed(operation, error as Error) && change) this.#lost.push({ ledger, change })
    }
  }

  async #execute(session: Session, operation: Operation): Promise<CommandResult> {
    const command = session.execute(operation.request)
    const underWay = { operation, command, session, looks: 0 }
    this.#underWay.add(underWay)
    try {
      return await command.result
    } finally {
      this.#underWay.delete(underWay)
    }
  }

  /** Aborts one of the session's commands on their way. */
  async abort(choose: (count: number) => number): Promise<void> {
    const all = [...this.#underWay].filter(({ session }) => session === this.#session)
    const chosen = all[choose(all.length)]
    if (!chosen || !this.#session) return
    this.#options.report.count('aborts')
    await this.#unlessDisconnected(this.#session.abort(chosen.command))
  }

  /** Runs a function of the session, if there is one. */
  async use(run: (session: Session) => Promise<unknown>): Promise<void> {
    if (this.#session) await this.#unlessDisconnected(run(this.#session))
  }

  /** Drops the connection. */
  drop(): void {
    this.#session?.destroy()
  }

  /** Logs out, while commands may be on their way. */
  async logout(): Promise<void> {
    await this.#session?.close()
  }

  /** Logs in again while the old session still is. */
  async reinstate(): Promise<void> {
    if (this.#connecting) return
    this.#session = undefined
    await this.#connected()
  }

  /** Looks for what is not answered; to be called once a second. */
  lookForHangs(): void {
    for (const each of this.#underWay)
      if (++each.looks === ANSWER_LOOKS)
        this.#options.report.find(`${describe(each.operation)}: no answer within ${ANSWER_LOOKS} s`)
  }

  #connected(): Promise<Session> {
    if (this.#session) return Promise.resolve(this.#session)
    this.#connecting ??= this.#logIn().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #logIn(): Promise<Session> {
    const until = performance.now() + LOGIN_PATIENCE_MS
    for (;;) {
      try {
        const session = await connect({ attentions: 'command', keepAlive: false, ...(await this.#options.where()) })
        this.#options.report.count('logins')
        for (const { ledger, change } of this.#lost) ledger.settle(change)
        this.#lost = []
        this.#session = session
        void session.closed.then(() => {
          if (this.#session === session) this.#session = undefined
        })
        return session
      } catch (error) {
        if (performance.now() > until) {
          this.#options.report.find(`no login within ${LOGIN_PATIENCE_MS} ms: ${String(error)}`)
          throw error
        }
        await sleep(LOGIN_PAUSE_MS)
      }
    }
  }

  async #unlessDisconnected(done: Promise<unknown>): Promise<void> {
    try {
      await done
    } catch (error) {
      if (error instanceof ProtocolError || !(error instanceof ConnectionError))
        this.#options.report.find(String(error))
    }
  }
}
