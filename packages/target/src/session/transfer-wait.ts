import { RESERVED_TAG } from '@lunkit/pdu'
import type { TargetLimits } from '../limits.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import type { CancelDeadline, Timers } from '../timer-wheel.ts'
import type { IscsiTask } from '../transfer/task.ts'

/** The session that is waited in. */
export interface TransferWaitSession {
  readonly limits: TargetLimits
  readonly timers: Timers
  readonly statistics: TargetStatistics
  readonly tasks: { findTransfer(targetTransferTag: number): IscsiTask | undefined }
}

/**
 * A task management function waits for the answers to the R2Ts of the tasks that it has ended, RFC 7143 4.2.3.3: for as
 * long as some of them come, and `abortWaitMs` longer. An initiator may never send what it owes: Linux does not.
 */
export class TransferWait {
  readonly #session: TransferWaitSession
  readonly #tags: Set<number>
  readonly #over: (wait: TransferWait) => void
  #deadline: CancelDeadline | undefined
  #sinceMs: number

  /** `over` is called once, later, unless the wait is taken back. */
  constructor(session: TransferWaitSession, tags: readonly number[], over: (wait: TransferWait) => void) {
    this.#session = session
    this.#tags = new Set(tags)
    this.#over = over
    this.#sinceMs = session.timers.now
    this.#lookIn(session.limits.abortWaitMs)
  }

  /** The answer to the R2T with this tag is in, or is not waited for any more. */
  answered(targetTransferTag: number): void {
    if (!this.#tags.delete(targetTransferTag) || this.#tags.size > 0) return
    this.cancel()
    this.#over(this)
  }

  /** Nobody waits any more. */
  cancel(): void {
    this.#deadline?.()
    this.#deadline = undefined
    this.#tags.clear()
  }

  #lookIn(delayMs: number): void {
    this.#deadline = this.#session.timers.after(delayMs, () => this.#look())
  }

  #look(): void {
    const { timers } = this.#session
    for (const tag of this.#tags)
      this.#sinceMs = Math.max(this.#sinceMs, this.#session.tasks.findTransfer(tag)?.dataOut.progressMs ?? 0)
    const leftMs = this.#sinceMs + this.#session.limits.abortWaitMs - timers.now
    if (leftMs > 0) return this.#lookIn(leftMs)
    this.#session.statistics.add(Counter.abortWaitsGivenUp)
    this.cancel()
    this.#over(this)
  }
}

/** The tags of the R2Ts that tasks have outstanding. */
export const transferTags = (tasks: readonly IscsiTask[]): number[] =>
  tasks.flatMap(({ dataOut }) => dataOut.tags()).filter(tag => tag !== RESERVED_TAG)
