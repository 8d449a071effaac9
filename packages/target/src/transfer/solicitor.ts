import { R2T, RESERVED_TAG } from '@lunkit/pdu'
import type { Slot } from '@lunkit/wire'
import type { FullFeature } from '../full-feature/full-feature.ts'
import { Counter } from '../statistics.ts'
import type { IscsiTask } from './task.ts'

/** Why a task was not sent an R2T. */
const Grant = {
  sent: 'sent',
  /** It has as many outstanding as it may have. */
  enough: 'enough',
  /** All of its data was asked for. */
  done: 'done',
  /** Memory is short: those behind it have to wait too. */
  noMemory: 'noMemory',
} as const
type Grant = (typeof Grant)[keyof typeof Grant]

/**
 * Asks for the data of writes: in the order in which commands wanted it, as far as the session's memory goes. The
 * first of them always gets one burst, so that some command always goes on.
 */
export class Solicitor {
  readonly #home: FullFeature
  #wanting: IscsiTask[] = []
  #nextTag = 0
  #running = false
  /** The wish of the first task for memory, where the process had none. */
  #wish: (() => void) | undefined

  constructor(home: FullFeature) {
    this.#home = home
  }

  /** A task wants data that was not asked for. */
  want(task: IscsiTask): void {
    this.#wanting.push(task)
    this.run()
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
    let at = 0
    for (let task = this.#wanting[at]; task; task = this.#wanting[at]) {
      const grant = this.#grant(task, at === 0)
      if (grant === Grant.noMemory) break
      if (grant === Grant.done) this.#wanting.splice(at, 1)
      else if (grant === Grant.enough) at++
    }
    this.#running = false
  }

  #grant(task: IscsiTask, first: boolean): Grant {
    const { dataOut } = task
    if (dataOut.allSolicited) return Grant.done
    if (dataOut.owesUnsolicited || dataOut.owed >= this.#home.maxOutstandingR2Ts) return Grant.enough
    const missingBytes = dataOut.missingMemoryBytes
    if (missingBytes > 0) {
      if (dataOut.piecesAhead >= this.#home.limits.piecesAhead) return Grant.enough
      const slot = this.#memoryFor(task, missingBytes, first)
      if (!slot) return Grant.noMemory
      dataOut.giveMemory(slot)
    }
    this.#send(task)
    return Grant.sent
  }

  #memoryFor(task: IscsiTask, lengthBytes: number, first: boolean): Slot | undefined {
    const { memory, tasks } = this.#home
    // While the peer owes something, memory will be free by itself; without that, one burst is always asked for.
    const alone = first && !tasks.owed
    if (this.#wish || !(alone || memory.allows(lengthBytes))) return undefined
    const slot = memory.take(lengthBytes)
    if (slot || !first) return slot
    return this.#waitFor(task, lengthBytes)
  }

  /** Only the first task waits in line for the process's memory; what it is given at once is answered. */
  #waitFor(task: IscsiTask, lengthBytes: number): Slot | undefined {
    let atOnce: Slot | undefined
    let waiting = false
    const takeBack = this.#home.memory.takeLater(lengthBytes, slot => {
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
    const { outbox, window, statistics, maxBurstBytes } = this.#home
    const tag = this.#takeTag()
    const out = outbox.begin(R2T)
    out.initiatorTaskTag = task.tag
    out.lun = task.lunField
    out.targetTransferTag = tag
    out.statSN = outbox.statSN
    out.expCmdSN = window.expCmdSN
    out.maxCmdSN = window.maxCmdSN
    out.r2tSN = task.dataOut.r2ts++
    out.bufferOffset = task.dataOut.solicitedBytes
    out.desiredDataTransferLength = task.dataOut.solicit(tag, maxBurstBytes)
    outbox.end()
    statistics.add(Counter.r2tsSent)
    this.#home.owes(task, tag)
  }

  #takeTag(): number {
    const tag = this.#nextTag
    this.#nextTag = (tag + 1) % RESERVED_TAG
    return tag
  }
}
