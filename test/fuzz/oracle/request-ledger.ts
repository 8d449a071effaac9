import {
  BasicHeader,
  InitiatorOpcode,
  pduOf,
  RESERVED_TAG,
  TaskManagementFunction,
  TaskManagementRequest,
} from '@lunkit/pdu'
import { bit, dataView, layout, serialBefore, serialWithin, u32, type View } from '@lunkit/wire'
import { Finding, FindingKind } from '../finding.ts'
import type { Numbering } from './numbering.ts'
import type { StreamPdu } from './reference-stream.ts'
import type { TaskModel } from './task-model.ts'

const RequestNumbers = layout({
  name: 'numbers of a request',
  spec: 'RFC 7143 11.3',
  size: 48,
  fields: { immediate: bit(0, 6), cmdSN: u32(24) },
})

/** What takes a place in the command window, RFC 7143 4.2.2.1. */
export const NUMBERED: ReadonlySet<number> = new Set([
  InitiatorOpcode.scsiCommand,
  InitiatorOpcode.nopOut,
  InitiatorOpcode.taskManagementRequest,
  InitiatorOpcode.textRequest,
  InitiatorOpcode.logoutRequest,
])

/**
 * How many task management functions were asked for, by all sessions, and how many have ended: each may end any task
 * until then. Those whose end nobody hears of end with their case.
 */
export interface ManagementCount {
  asked: number
  ended: number
}

/** A request that was sent in the full feature phase. */
export interface Request {
  readonly opcode: number
  readonly tag: number
  readonly cmdSN: number
  readonly numbered: boolean
  /** Whether there has to be an answer, if its turn came. */
  readonly mustAnswer: boolean
  readonly spoilt: boolean
  /** Whether its number was within the command window, as far as that was known when it was sent. */
  readonly inWindow: boolean
  /** When it was sent, by the target's clock. */
  readonly sentMs: number
  /** The functions that had ended when it was sent. */
  readonly managementEnded: number
  readonly data: Buffer
  readonly task: TaskModel | undefined
  answered: boolean
  /** Another request had the same tag, unanswered, at the same time: whose an answer is, is not known. */
  doubled: boolean
}

/** What a ledger is given. */
export interface LedgerOptions {
  readonly management: ManagementCount
  /** The clock of the target, in milliseconds. */
  readonly nowMs: () => number
}

/** What was asked for on a connection, and what of it was answered. */
export class RequestLedger {
  /** How many answers have come. */
  answers = 0
  readonly #byTag = new Map<number, Request[]>()
  /** How often a number was sent, but for requests that were rejected: theirs is expected again, RFC 7143 7.3. */
  readonly #numbersSeen = new Map<number, number>()
  /** The numbers of rejected requests that were not sent again. */
  readonly #numbersMissing: number[] = []
  /** Numbers that count as received although nothing has come with them, RFC 7143 11.6.1 b. */
  readonly #numbersAborted = new Set<number>()
  readonly #numbering: Numbering
  readonly #management: ManagementCount
  readonly #nowMs: () => number

  constructor(numbering: Numbering, { management, nowMs }: LedgerOptions) {
    this.#numbering = numbering
    this.#management = management
    this.#nowMs = nowMs
  }

  /** A request was sent. */
  add(pdu: StreamPdu, task: TaskModel | undefined): Request {
    const view = dataView(pdu.header)
    const { opcode, initiatorTaskTag: tag } = BasicHeader.view(view)
    const { immediate, cmdSN } = RequestNumbers.view(view)
    const numbered = NUMBERED.has(opcode) && !immediate
    const request: Request = {
      opcode,
      tag,
      cmdSN,
      numbered,
      mustAnswer: this.#mustAnswer({ opcode, tag, cmdSN, numbered, spoilt: !pdu.digestRight }),
      spoilt: !pdu.digestRight,
      inWindow: serialWithin(cmdSN, this.#numbering.expCmdSN, this.#numbering.maxCmdSN),
      sentMs: this.#nowMs(),
      managementEnded: this.#management.ended,
      data: pdu.data,
      task,
      answered: false,
      doubled: false,
    }
    if (opcode === InitiatorOpcode.taskManagementRequest) this.#manages(TaskManagementRequest.view(view))
    const same = this.#byTag.get(tag)
    if (same) double([...same, request].filter(each => !each.answered))
    if (same) same.push(request)
    else this.#byTag.set(tag, [request])
    if (numbered) this.#numbersSeen.set(cmdSN, this.#timesSeen(cmdSN) + 1)
    return request
  }

  #manages({ function: asked, cmdSN, refCmdSN }: View<typeof TaskManagementRequest.fields>): void {
    this.#management.asked++
    if (asked === TaskManagementFunction.abortTask && serialBefore(refCmdSN, cmdSN)) this.#numbersAborted.add(refCmdSN)
  }

  #mustAnswer(of: Pick<Request, 'opcode' | 'tag' | 'cmdSN' | 'numbered' | 'spoilt'>): boolean {
    if (of.opcode === InitiatorOpcode.nopOut && of.tag === RESERVED_TAG) return false
    if (!of.numbered) return true
    const { expCmdSN, maxCmdSN } = this.#numbering
    if (this.#numbersSeen.has(of.cmdSN) || this.#numbersAborted.has(of.cmdSN)) return false
    return !of.spoilt && serialWithin(of.cmdSN, expCmdSN, maxCmdSN)
  }

  /** Takes the number of a request that was rejected: the next request has to bring it. */
  takeMissing(): number | undefined {
    return this.#numbersMissing.shift()
  }

  #timesSeen(cmdSN: number): number {
    return this.#numbersSeen.get(cmdSN) ?? 0
  }

  /** The task for which data with this tag is sent or comes. */
  taskOf(tag: number): TaskModel | undefined {
    return this.commandOf(tag)?.task
  }

  /** The command for which data with this tag is sent or comes: the first that was begun and not answered. */
  commandOf(tag: number): Request | undefined {
    return this.#byTag.get(tag)?.find(({ task, answered }) => task && !answered)
  }

  /** The last task that was begun with this tag. */
  last(tag: number): TaskModel | undefined {
    return this.#byTag.get(tag)?.at(-1)?.task
  }

  /** An answer to a request of this kind has come. */
  answer(opcode: number, tag: number): Request {
    const open = this.#byTag.get(tag)?.filter(each => each.opcode === opcode && !each.answered) ?? []
    const request = open.find(each => !each.spoilt) ?? open[0]
    if (!request)
      throw new Finding(FindingKind.unasked, `an answer to ${pduOf(opcode)?.name} with tag ${tag}, which was not asked`)
    if (request.spoilt)
      throw new Finding(FindingKind.digestIgnored, `${pduOf(opcode)?.name} with a wrong digest was acted on`)
    this.#ended(request)
    return request
  }

  /** The request with this header was rejected. Data-Out is no request, so that there may be none. */
  rejected(header: DataView): Request | undefined {
    const { opcode, initiatorTaskTag } = BasicHeader.view(header)
    const { cmdSN } = RequestNumbers.view(header)
    const same = this.#byTag.get(initiatorTaskTag)?.filter(each => each.opcode === opcode) ?? []
    const open = same.filter(each => !each.answered)
    const numbered = same.filter(each => each.cmdSN === cmdSN)
    const waits = numbered.filter(each => !each.answered)
    // Of two with one tag an answer may have been taken for this one's: then it was the other's.
    const request = waits.find(each => each.spoilt) ?? waits.at(-1) ?? numbered.at(-1)
    this.#ended(request?.answered ? open.at(-1) : request)
    if (request?.numbered) this.#expectAgain(request)
    return request
  }

  /** RFC 7143 7.3: the number of a rejected request does not count as received. */
  #expectAgain({ opcode, cmdSN, inWindow }: Request): void {
    if (!inWindow || this.#timesSeen(cmdSN) !== 1 || this.#numbersAborted.has(cmdSN)) return
    this.#numbersSeen.delete(cmdSN)
    this.#numbersMissing.push(cmdSN)
    const { expCmdSN } = this.#numbering
    if (serialBefore(cmdSN, expCmdSN))
      throw new Finding(
        FindingKind.numbering,
        `${pduOf(opcode)?.name} ${cmdSN} was rejected, and counts as received: ExpCmdSN is ${expCmdSN}`,
      )
  }

  #ended(request: Request | undefined): void {
    this.answers++
    if (!request) return
    request.answered = true
    if (request.opcode === InitiatorOpcode.taskManagementRequest) this.#management.ended++
  }

  /** The requests that should have been answered by now. */
  unanswered(): Request[] {
    const found: Request[] = []
    const { expCmdSN } = this.#numbering
    for (const [, same] of this.#byTag) {
      if (same.length > 1) continue
      const request = same[0] as Request
      const reached = !request.numbered ? this.#waitsForNone(request) : serialBefore(request.cmdSN, expCmdSN)
      const excused = request.task !== undefined && request.managementEnded < this.#management.asked
      if (request.mustAnswer && reached && !request.answered && !excused) found.push(request)
    }
    return found
  }

  /** RFC 7143 11.5.1: a task management function waits for the commands before it, even where it is immediate. */
  #waitsForNone({ opcode, cmdSN }: Request): boolean {
    return opcode !== InitiatorOpcode.taskManagementRequest || !serialBefore(this.#numbering.expCmdSN, cmdSN)
  }

  /** Every task that was not answered. */
  *open(): Generator<TaskModel> {
    for (const same of this.#byTag.values()) for (const { task, answered } of same) if (task && !answered) yield task
  }
}

function double(requests: readonly Request[]): void {
  if (requests.length < 2) return
  for (const request of requests) {
    request.doubled = true
    if (request.task) request.task.doubled = true
  }
}
