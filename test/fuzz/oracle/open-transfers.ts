import { type TaskManagementRequest, TaskManagementResponseCode, TaskManagementFunction as Tmf } from '@lunkit/pdu'
import { serialBefore, type View } from '@lunkit/wire'
import { Finding, FindingKind } from '../finding.ts'
import type { ManagementCount, Request } from './request-ledger.ts'
import { lunNumber } from './served-disk.ts'

/** How long an answer waits for data that does not come: docs/decisions/0011. */
const ABORT_WAIT_MS = 2000
/** How long a task waits for data before the target gives it up: what the world sets, `dataOutTimeoutMs`. */
const DATA_OUT_TIMEOUT_MS = 4000

/** RFC 7143 4.2.3.3: the functions whose answer waits for the answers to R2Ts; whether they are about one unit. */
const WAITING: ReadonlyMap<number, { readonly ofUnit: boolean }> = new Map([
  [Tmf.abortTaskSet, { ofUnit: true }],
  [Tmf.clearTaskSet, { ofUnit: true }],
  [Tmf.logicalUnitReset, { ofUnit: true }],
  [Tmf.targetWarmReset, { ofUnit: false }],
  [Tmf.targetColdReset, { ofUnit: false }],
])

/** An R2T of which not all data was sent, with the command that it is for. */
interface Transfer {
  readonly tag: number
  readonly command: Request
}

/** What is handed to a conversation's transfers. */
export interface OpenTransfersOptions {
  readonly management: ManagementCount
  /** The clock of the target, in milliseconds. */
  readonly nowMs: () => number
}

/** The target transfer tags that a session has outstanding, and the functions whose answers have to wait for them. */
export class OpenTransfers {
  readonly #management: ManagementCount
  readonly #nowMs: () => number
  readonly #open = new Map<number, Transfer>()
  /** What was outstanding when a function was asked for, of the tasks that it ends. */
  readonly #awaited = new Map<Request, readonly Transfer[]>()

  constructor({ management, nowMs }: OpenTransfersOptions) {
    this.#management = management
    this.#nowMs = nowMs
  }

  /** An R2T has come. */
  begin(tag: number, command: Request): void {
    this.#open.set(tag, { tag, command })
  }

  /** The last Data-Out of an R2T was sent. */
  end(tag: number): void {
    this.#open.delete(tag)
  }

  /** A task management function was sent. */
  asked(request: Request, view: View<typeof TaskManagementRequest.fields>): void {
    const row = WAITING.get(view.function)
    if (!row) return
    const lun = lunNumber(view.lun)
    const covered = [...this.#open.values()].filter(
      ({ command: { task, numbered, cmdSN } }) =>
        task && (!row.ofUnit || lunNumber(task.lun) === lun) && (!numbered || serialBefore(cmdSN, request.cmdSN)),
    )
    if (covered.length > 0) this.#awaited.set(request, covered)
  }

  /** A task management function was answered. @throws {Finding} where it had to wait. */
  managed(request: Request, response: number): void {
    const awaited = this.#awaited.get(request) ?? []
    if (response !== TaskManagementResponseCode.functionComplete || request.doubled) return
    const passedMs = this.#nowMs() - request.sentMs
    if (passedMs >= ABORT_WAIT_MS) return
    const tags = awaited.filter(transfer => this.#isOwed(transfer)).map(({ tag }) => tag)
    if (tags.length === 0) return
    throw new Finding(
      FindingKind.answeredEarly,
      `a task management function after ${passedMs} ms, with data owed for ${tags.length} R2Ts, the first with tag ${tags[0]}`,
    )
  }

  /**
   * Whether the data of a task that this function alone can have ended is still to be sent. One that another function
   * may have ended before is not waited for, nor one whose wait for data is over.
   */
  #isOwed(transfer: Transfer): boolean {
    const { tag, command } = transfer
    const functions = this.#management.asked - command.managementEnded
    const mayBeGivenUp = this.#nowMs() - command.sentMs >= DATA_OUT_TIMEOUT_MS
    return this.#open.get(tag) === transfer && !command.answered && !command.doubled && functions === 1 && !mayBeGivenUp
  }
}
