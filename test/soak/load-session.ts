import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Command,
  type CommandResult,
  ConnectionError,
  type ConnectOptions,
  connect,
  ProtocolError,
  ScsiError,
  type Session,
  TaskManagementError,
} from '@lunkit/initiator'
import { Status } from '@lunkit/scsi/transport'
import { AttentionWatch, CHANGE_ATTENTIONS, type ChangeAttention, isChangeAttention } from './attention-watch.ts'
import type { Change } from './change.ts'
import type { CheckedUnit } from './checked-unit.ts'
import type { Operation } from './operation.ts'
import { describe, type OutcomeBook } from './outcome.ts'
import type { Report } from './report.ts'
import { Presence, type UnitStage } from './unit-stage.ts'

/** How long a login is tried anew, e.g. while a target starts again. */
const LOGIN_PATIENCE_MS = 60_000
/** A while between two tries. */
const LOGIN_PAUSE_MS = 100
/**
 * No answer while one looked so often, once a second, is a hang: on a machine that is too busy, one looks less often. A
 * disk that others write to may take a minute for one fdatasync.
 */
const ANSWER_LOOKS = 120

/** The additional sense code of resets and of the loss of a nexus, which say all that was to be told before them (SPC-5). */
const RESET_ASC = 0x29

/** An operation on its way. */
interface UnderWay {
  readonly operation: Operation
  readonly command: Command
  /** The session that it was sent in, which may have been reinstated since. */
  readonly session: Session
  /** How many of the session, or of those before it, were sent earlier. */
  readonly number: number
  /** How often it was there when one looked for hangs. */
  looks: number
}

/** What changes of which a nexus is to be told. */
export interface AnnouncedChange {
  readonly what: ChangeAttention
  readonly luns: readonly number[]
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
  readonly #watch = new AttentionWatch()
  #lost: { operation: Operation; change: Change }[] = []
  #sent = 0
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
      const { change } = operation
      if (this.#options.book.failed(operation, error as Error) && change) this.#lost.push({ operation, change })
    }
  }

  async #execute(session: Session, operation: Operation): Promise<CommandResult> {
    const command = session.execute(operation.request)
    const underWay = { operation, command, session, number: this.#sent++, looks: 0 }
    this.#underWay.add(underWay)
    try {
      const result = await command.result
      if (session === this.#session) this.#judgeAttentions(underWay, result)
      return result
    } finally {
      this.#underWay.delete(underWay)
    }
  }

  /** Something changes; returns what is to be called when it has changed, with how the units then are that it is about. */
  changes({ what, luns }: AnnouncedChange): (isThere: (lun: number) => boolean) => void {
    const session = this.#session
    const changes = luns.map(lun => ({ lun, ended: this.#watch.begin(what, lun) }))
    return isThere => {
      const isSame = session !== undefined && session === this.#session
      for (const { lun, ended } of changes) ended({ next: this.#sent, isTellable: isSame && isThere(lun) })
    }
  }

  /** Whether anything that began before this stage of the unit's life may still be done. */
  holdsEarlierThan(stage: UnitStage, unit: CheckedUnit): boolean {
    const isEarlier = ({ operation }: { operation: Operation }): boolean =>
      operation.unit === unit && operation.since !== stage
    return this.#lost.some(isEarlier) || [...this.#underWay].some(isEarlier)
  }

  /** Aborts one of the session's commands on their way. */
  async abort(choose: (count: number) => number): Promise<void> {
    const all = [...this.#underWay].filter(({ session }) => session === this.#session)
    const chosen = all[choose(all.length)]
    if (!chosen || !this.#session) return
    this.#options.report.count('aborts')
    const aborted = this.#session.abort(chosen.command).catch((error: unknown) => {
      const { since } = chosen.operation
      const isAway = since.some(({ presence }) => presence !== Presence.there)
      if (!(error instanceof TaskManagementError && isAway)) throw error
    })
    await this.#unlessDisconnected(aborted)
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

  #judgeAttentions({ operation, number }: UnderWay, { status, sense }: CommandResult): void {
    const { report } = this.#options
    const { lun } = operation.unit.plan
    if (status === Status.good)
      for (const what of CHANGE_ATTENTIONS)
        if (this.#watch.isDue(what, lun, number))
          report.find(`${describe(operation)} is GOOD, but the nexus was not told: ${what}`)
    if (status !== Status.checkCondition) return
    const error = new ScsiError(describe(operation), status, sense)
    const { senseName } = error
    if (isChangeAttention(senseName)) {
      report.count(senseName === 'capacityDataHasChanged' ? 'sizeChanged' : 'lunsChanged')
      if (!this.#watch.told(senseName, lun, number)) report.find(`${error.message}, but nothing has changed`)
    } else if (error.sense?.code.asc === RESET_ASC) this.#watch.forget(lun)
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
        for (const { operation, change } of this.#lost) operation.ledger.settle(change)
        this.#lost = []
        this.#session = session
        this.#watch.forget()
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
