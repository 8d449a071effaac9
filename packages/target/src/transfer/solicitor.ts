import { R2T, RESERVED_TAG } from '@lunkit/pdu'
import type { Slot } from '@lunkit/wire'
import type { TargetLimits } from '../limits.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import type { HeldMemory } from './held-memory.ts'
import { type IscsiTask, TaskLife } from './task.ts'

/** Why a task was not sent an R2T. */
const Grant = {
  sent: 'sent',
  /** It has as many outstanding as it may have. */
  enough: 'enough',
  /** All of its data was asked for, or none is wanted any more. */
  done: 'done',
  /** Memory is short: those behind it have to wait too, but for the first of another logical unit. */
  noMemory: 'noMemory',
} as const
type Grant = (typeof Grant)[keyof typeof Grant]

/** The session that data is asked for in. */
export interface SolicitorSession {
  readonly limits: TargetLimits
  readonly statistics: TargetStatistics
  readonly memory: HeldMemory
  readonly maxBurstBytes: number
  readonly maxOutstandingR2Ts: number
  readonly tasks: {
    /** Whether the peer owes data-out for this logical unit. */
    owedFor(lun: number): boolean
    /** The peer owes the answer to an R2T. */
    owes(task: IscsiTask, targetTransferTag: number): void
  }
}

/**
 * Asks for the data of writes: in the order in which commands wanted it, as far as the session's memory goes. The
 * first of them for each logical unit always gets one burst, so that some command always goes on, and a unit that
 * answers nothing does not keep the others waiting.
 */
export class Solicitor {
  readonly #session: SolicitorSession
  #wanting: IscsiTask[] = []
  #nextTag = 0
  #running = false
  /** In this run somebody found no memory: who is not the first for its unit must not overtake it. */
  #held = false
  /** The wish of the first task for memory, where the process had none. */
  #wish: (() => void) | undefined

  constructor(session: SolicitorSession) {
    this.#session = session
  }

  /** A task wants data that was not asked for. */
  want(task: IscsiTask): void {
    this.#wanting.push(task)
    this.run()
  }

  /** A task has got less unasked than it was said to get. */
  wantRest(task: IscsiTask): void {
    if (!this.#wanting.includes(task)) this.#wanting.push(task)
  }

  /** A task wants nothing any more; its memory may be free now. */
  forget(task: IscsiTask): void {
    if (this.#wanting.length === 0) return
    const at = this.#wanting.indexOf(task)
    if (at === 0) this.#takeBackWish()
    if (at >= 0) this.#wanting.splice(at, 1)
    this.run()
  }

  /** The session has ended. */
  close(): void {
    this.#takeBackWish()
    this.#wanting = []
  }

  /** Sends the R2Ts that may be sent now. */
  run(): void {
    if (this.#running || this.#wanting.length === 0) return
    this.#running = true
    this.#held = false
    for (let at = 0; at < this.#wanting.length; ) {
      const grant = this.#grant(this.#wanting[at] as IscsiTask, at)
      if (grant === Grant.done) this.#wanting.splice(at, 1)
      else if (grant !== Grant.sent) at++
    }
    this.#running = false
  }

  #grant(task: IscsiTask, at: number): Grant {
    const { dataOut } = task
    // One that has just ended, or broken a rule, is forgotten soon, but gives its memory back first.
    if (task.life !== TaskLife.running || dataOut.failure || dataOut.allSolicited) return Grant.done
    if (dataOut.owesUnsolicited || dataOut.owed >= this.#session.maxOutstandingR2Ts) return Grant.enough
    const missingBytes = dataOut.missingMemoryBytes
    if (missingBytes > 0) {
      if (dataOut.piecesAhead >= this.#session.limits.piecesAhead) return Grant.enough
      const slot = this.#memoryFor(task, missingBytes, at)
      if (!slot) return Grant.noMemory
      dataOut.giveMemory(slot)
    }
    this.#send(task)
    return Grant.sent
  }

  #memoryFor(task: IscsiTask, lengthBytes: number, at: number): Slot | undefined {
    const { memory } = this.#session
    if (this.#wish || (this.#held && !this.#leads(task, at))) return undefined
    let slot: Slot | undefined
    if (memory.allows(lengthBytes) || this.#isOwedABurst(task, at)) {
      slot = memory.take(lengthBytes, task.lun)
      if (!slot && at === 0) return this.#waitFor(task, lengthBytes)
    }
    this.#held ||= slot === undefined
    return slot
  }

  /**
   * While the peer owes a unit something, or the device server has something for it, memory will be free by itself;
   * without that, one burst is always asked for.
   */
  #isOwedABurst(task: IscsiTask, at: number): boolean {
    const { tasks, memory } = this.#session
    return this.#leads(task, at) && !tasks.owedFor(task.lun) && !memory.isUsedBy(task.lun)
  }

  /** Whether no task before it is for the same logical unit. */
  #leads({ lun }: IscsiTask, at: number): boolean {
    for (let before = 0; before < at; before++) if (this.#wanting[before]?.lun === lun) return false
    return true
  }

  /** Only the first task waits in line for the process's memory; what it is given at once is answered. */
  #waitFor(task: IscsiTask, lengthBytes: number): Slot | undefined {
    let atOnce: Slot | undefined
    let waiting = false
    const takeBack = this.#session.memory.takeLater(lengthBytes, task.lun, slot => {
      this.#wish = undefined
      if (!waiting) atOnce = slot
      else {
        task.dataOut.giveMemory(slot)
        this.#send(task)
        this.run()
      }
    })
    waiting = true
    if (!atOnce) this.#wish = takeBack
    return atOnce
  }

  #takeBackWish(): void {
    this.#wish?.()
    this.#wish = undefined
  }

  #send(task: IscsiTask): void {
    const { statistics, maxBurstBytes, tasks } = this.#session
    const { outbox } = task.connection
    const tag = this.#takeTag()
    const out = outbox.tell(R2T)
    out.initiatorTaskTag = task.tag
    out.lun = task.lunField
    out.targetTransferTag = tag
    out.r2tSN = task.dataOut.r2ts++
    out.bufferOffset = task.dataOut.solicitedBytes
    out.desiredDataTransferLength = task.dataOut.solicit(tag, maxBurstBytes)
    outbox.end()
    statistics.add(Counter.r2tsSent)
    tasks.owes(task, tag)
  }

  #takeTag(): number {
    const tag = this.#nextTag
    this.#nextTag = (tag + 1) % RESERVED_TAG
    return tag
  }
}
