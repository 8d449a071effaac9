import { Counter } from '../statistics.ts'
import type { CancelDeadline, Timers } from '../timer-wheel.ts'
import { IscsiCondition } from '../transfer/iscsi-condition.ts'
import { IscsiTask, type TaskConnection, TaskLife, type TaskSession } from '../transfer/task.ts'
import { TagTable } from './tag-table.ts'

/** How often a wait for data-out is looked at while it lasts. */
const LOOKS_PER_TIMEOUT = 4

/** The session whose tasks are registered. */
export interface RegisterSession extends TaskSession {
  readonly timers: Timers
  readonly closed: boolean
  readonly management: { transferEnded(targetTransferTag: number): void }
}

/** What a register has written down, for tests to audit: see testing/books.ts. */
export interface RegisterBooks {
  readonly byTag: TagTable<IscsiTask>
  readonly byTransferTag: ReadonlyMap<number, IscsiTask>
  readonly owing: ReadonlySet<IscsiTask>
  readonly spare: readonly IscsiTask[]
  /** Whether somebody will look at what the peer owes. */
  readonly watched: boolean
}

/** The tasks of a session by their tags, and those whose data the peer owes. */
export class TaskRegister {
  readonly #session: RegisterSession
  readonly #dataOutTimeoutMs: number
  readonly #byTag = new TagTable<IscsiTask>()
  readonly #byTransferTag = new Map<number, IscsiTask>()
  readonly #owing = new Set<IscsiTask>()
  readonly #spare: IscsiTask[] = []
  #check: CancelDeadline | undefined
  /** Commands marked for immediate delivery that are in progress. */
  immediate = 0

  constructor(session: RegisterSession, dataOutTimeoutMs: number) {
    this.#session = session
    this.#dataOutTimeoutMs = dataOutTimeoutMs
  }

  /** How many tasks there are, those that are being drained too. */
  get size(): number {
    return this.#byTag.size
  }

  /** @internal for tests to audit */
  get books(): RegisterBooks {
    const watched = this.#check !== undefined
    return {
      byTag: this.#byTag,
      byTransferTag: this.#byTransferTag,
      owing: this.#owing,
      spare: this.#spare,
      watched,
    }
  }

  /** Whether the peer owes data-out that was asked for. */
  get owed(): boolean {
    return this.#owing.size > 0
  }

  /** Whether the peer owes data-out for this logical unit. */
  owedFor(lun: number): boolean {
    for (const task of this.#owing) if (task.lun === lun) return true
    return false
  }

  /** Whether a task of this logical unit may read what it has not sent on this connection. */
  reads(lun: number, connection: object): boolean {
    return this.#byTag.some(task => task.lun === lun && task.dataIn.reservedBytes > 0 && task.connection === connection)
  }

  /** An object for a command that has come on this connection. */
  make(connection: TaskConnection): IscsiTask {
    const task = this.#spare.pop()
    if (!task) return new IscsiTask(this.#session, connection)
    task.connection = connection
    return task
  }

  /** A command is in: it can be found by its tag from now on, which a task that is being drained gives up. */
  add(task: IscsiTask): void {
    this.#byTag.add(task)
    task.registered = true
    if (task.immediate) {
      task.counted = true
      this.immediate++
    }
    if (task.dataOut.owed > 0) this.#watch(task)
  }

  /** The task of this tag; undefined where there is none that the initiator may still know. */
  find(tag: number): IscsiTask | undefined {
    const task = this.#byTag.find(tag)
    return task?.silent ? undefined : task
  }

  /** The task for whose unsolicited data a PDU comes, even if it is only drained. */
  findForData(tag: number): IscsiTask | undefined {
    return this.#byTag.find(tag)
  }

  /** The task for which an R2T with this tag was sent. */
  findTransfer(targetTransferTag: number): IscsiTask | undefined {
    return this.#byTransferTag.get(targetTransferTag)
  }

  /** Every task, those that are being drained too. */
  all(): IscsiTask[] {
    return this.#byTag.all()
  }

  owes(task: IscsiTask, targetTransferTag: number): void {
    this.#byTransferTag.set(targetTransferTag, task)
    this.#watch(task)
  }

  /** The last PDU of a sequence is in. */
  paid(task: IscsiTask, targetTransferTag: number): void {
    this.#byTransferTag.delete(targetTransferTag)
    if (task.dataOut.owed === 0) this.#owing.delete(task)
    this.#session.management.transferEnded(targetTransferTag)
  }

  /** Nothing is left of a task: its object is used again. */
  release(task: IscsiTask): void {
    if (task.life === TaskLife.free) return
    this.#settle(task)
    if (task.immediate && task.counted) this.immediate--
    if (task.registered) this.#byTag.remove(task)
    task.reset()
    if (!this.#session.closed) this.#spare.push(task)
  }

  /** Ends every task that still waits for the peer's data. */
  dropOwed(): void {
    for (const task of [...this.#owing]) this.#giveUp(task)
  }

  /** The connection is gone: what the device server does not have is given back. */
  close(): void {
    this.#check?.()
    this.#owing.clear()
    this.#byTransferTag.clear()
    for (const task of this.#byTag.all()) {
      const inEngine = task.life === TaskLife.running || task.life === TaskLife.failing
      if (inEngine) task.abandon()
      else this.release(task)
    }
    this.#spare.length = 0
  }

  #watch(task: IscsiTask): void {
    task.dataOut.progressMs = this.#session.timers.now
    this.#owing.add(task)
    if (!this.#check) this.#lookLater()
  }

  #lookLater(): void {
    this.#check = this.#session.timers.after(this.#dataOutTimeoutMs / LOOKS_PER_TIMEOUT, () => this.#look())
  }

  #look(): void {
    this.#check = undefined
    const oldest = this.#session.timers.now - this.#dataOutTimeoutMs
    for (const task of [...this.#owing]) {
      if (task.dataOut.progressMs > oldest) continue
      task.connection.counts.wrong('timeout', Counter.dataOutTimeouts)
      this.#giveUp(task)
    }
    if (this.#owing.size > 0 && !this.#session.closed) this.#lookLater()
  }

  /** RFC 7143 11.4.7.2: the amount of data sent does not match the amount asked for, and more is not waited for. */
  #giveUp(task: IscsiTask): void {
    task.fail(IscsiCondition.incorrectAmountOfData)
    this.#settle(task)
    task.drained()
  }

  /** The peer owes nothing for this task any more. */
  #settle(task: IscsiTask): void {
    if (task.dataOut.owed === 0) return
    const tags = task.dataOut.tags()
    for (const tag of tags) this.#byTransferTag.delete(tag)
    task.dataOut.forgetSequences()
    this.#owing.delete(task)
    for (const tag of tags) this.#session.management.transferEnded(tag)
  }
}
