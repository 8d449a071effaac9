import {
  type Command,
  type ConnectOptions,
  connect,
  type Session,
  TaskManagementFunction,
  TaskManagementResponseCode,
  type TaskManagementTarget,
} from '@lunkit/initiator'
import type { CountBook, NexusNames, SessionEnding } from './count-book.ts'
import { type CountedCommand, countAnswer, countFailure } from './counted-command.ts'

/** How the session of a client is made. */
export interface CountingLogin extends ConnectOptions {
  readonly initiatorName: string
}

const { functionComplete, taskDoesNotExist } = TaskManagementResponseCode

/** Functions that end tasks of a unit, and what they are counted as. */
const UNIT_FUNCTIONS = {
  abortTaskSet: 'abort_task_set',
  clearTaskSet: 'clear_task_set',
  logicalUnitReset: 'logical_unit_reset',
} as const

/** A session that writes down what must have been counted of it. */
export class CountingSession {
  /** Whose it is, and where. */
  readonly names: NexusNames
  readonly #session: Session
  readonly #book: CountBook
  readonly #sent = new Set<Command>()
  /** The LUNs that it has sent a command to. */
  readonly #used = new Set<number>()
  #functions: Promise<unknown> = Promise.resolve()
  #stopped = false
  /** The target has all that was sent. */
  #settled = false

  private constructor(session: Session, book: CountBook, { target, initiatorName }: CountingLogin) {
    this.#session = session
    this.#book = book
    this.names = { target, initiator: initiatorName }
  }

  /** Logs in. */
  static async login(options: CountingLogin, book: CountBook): Promise<CountingSession> {
    const session = await connect({ keepAlive: false, attentions: 'command', ...options })
    book.loggedIn(options.target)
    return new CountingSession(session, book, options)
  }

  /** Whether it is to send more. */
  get goesOn(): boolean {
    return !this.#stopped
  }

  /** Sends a command; resolves when it has ended, one way or another. */
  async run(counted: CountedCommand): Promise<void> {
    const { request } = counted
    const tally = this.#book.of(this.names, request.lun)
    const command = this.#session.execute(request)
    this.#sent.add(command)
    if (!this.#used.has(request.lun)) tally.count('attachments')
    this.#used.add(request.lun)
    try {
      countAnswer(tally, counted, await command.result)
    } catch (reason) {
      const way = { sent: command.task.tag !== 0, received: this.#settled }
      countFailure(tally, counted, reason as Error, way)
    }
    this.#sent.delete(command)
  }

  /** ABORT TASK of a command that is under way, or was a moment ago. */
  async abort(choose: (count: number) => number): Promise<void> {
    const sent = [...this.#sent].filter(({ task }) => task.tag !== 0)
    const command = sent[choose(sent.length)]
    if (!command) return
    const { lun } = command.task.request
    const response = await this.#manage(TaskManagementFunction.abortTask, { command, lun })
    if (response !== functionComplete && response !== taskDoesNotExist)
      throw new Error(`ABORT TASK was answered with ${response}`)
    const counter = response === functionComplete ? 'functionsComplete' : 'functionsWithoutTask'
    this.#book.of(this.names, lun).count(`${counter}.abort_task`)
  }

  /** Ends tasks of a LUN. */
  async endTasks(what: keyof typeof UNIT_FUNCTIONS, lun: number): Promise<void> {
    await this.#complete(TaskManagementFunction[what], { lun })
    this.#book.of(this.names, lun).count(`functionsComplete.${UNIT_FUNCTIONS[what]}`)
  }

  /** LOGICAL UNIT RESET. */
  async resetUnit(lun: number): Promise<void> {
    await this.endTasks('logicalUnitReset', lun)
    this.#book.of(this.names, lun).count('resets')
  }

  /** Resets the target, which has these LUNs. */
  async resetTarget(what: 'targetWarmReset' | 'targetColdReset', luns: readonly number[]): Promise<void> {
    await this.#complete(TaskManagementFunction[what], {})
    for (const lun of luns) this.#book.of(this.names, lun).count('resets')
  }

  async #complete(what: TaskManagementFunction, about: TaskManagementTarget): Promise<void> {
    const response = await this.#manage(what, about)
    if (response !== functionComplete) throw new Error(`function ${what} was answered with ${response}`)
  }

  async #manage(what: TaskManagementFunction, about: TaskManagementTarget): Promise<number> {
    const asked = this.#session.taskManagement(what, about)
    this.#functions = Promise.all([this.#functions, asked])
    const response = await asked
    this.#book.server.count('managementFunctions')
    return response
  }

  /** Sends commands again. */
  goOn(): void {
    this.#stopped = false
    this.#settled = false
  }

  /** Sends nothing more, and waits until the functions under way are answered. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#functions
  }

  /** Sends nothing more, and waits until the target has all that was sent. */
  async settle(): Promise<void> {
    await this.stop()
    await this.#session.ping()
    this.#settled = true
  }

  /** Drops the connection. */
  async drop(): Promise<void> {
    this.#session.destroy()
    await this.gone('connection_lost')
  }

  /** Its connection has gone, or goes, without a logout. */
  async gone(why: SessionEnding): Promise<void> {
    await this.#session.closed
    this.#book.ended(this.names.target, why)
  }

  /** Logs out, with what is under way. */
  async logOut(): Promise<void> {
    await this.settle()
    await this.#session.close()
    this.#book.ended(this.names.target, 'normal')
  }
}
