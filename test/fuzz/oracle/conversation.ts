import {
  BasicHeader,
  DataIn,
  DataOut,
  InitiatorOpcode,
  LoginRequest,
  LoginResponse,
  LoginStage,
  NopIn,
  PduFault,
  pduOf,
  R2T,
  RESERVED_TAG,
  Reject,
  ScsiCommand,
  ScsiResponse,
  TargetOpcode,
  TaskManagementRequest,
  TaskManagementResponse,
} from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { dataView, serialAdd, type View } from '@lunkit/wire'
import { Finding, FindingKind } from '../finding.ts'
import { LoginText } from './login-text.ts'
import { Numbering } from './numbering.ts'
import { OpenTransfers } from './open-transfers.ts'
import { ReferenceStream, type StreamPdu } from './reference-stream.ts'
import { type LedgerOptions, type Request, RequestLedger } from './request-ledger.ts'
import { type AskedChallenges, SecurityJudge } from './security-judge.ts'
import { lunOf, type ServedLun } from './served-disk.ts'
import { senseOf, TaskModel } from './task-model.ts'

/** What a conversation is about. */
export interface ConversationOptions extends LedgerOptions {
  readonly luns: ReadonlyMap<number, ServedLun>
  /** What connections of the same world were asked by CHAP. */
  readonly asked: AskedChallenges
  /** Hears of everything that the target did, in a few words. */
  readonly feature: (words: string) => void
  /** Hears of a NOP-In that asks for an answer. */
  readonly pinged?: (targetTransferTag: number) => void
}

/** An R2T that was not answered. */
export type OpenR2t = View<typeof R2T.fields>

/**
 * One connection as an independent reader of its bytes sees it: what was asked, what came, and whether the one follows
 * from the other. Every rule that the target breaks is thrown as a Finding.
 */
export class Conversation {
  readonly sent = new ReferenceStream()
  readonly received = new ReferenceStream()
  readonly numbering = new Numbering()
  readonly ledger: RequestLedger
  readonly transfers: OpenTransfers
  readonly openR2ts: OpenR2t[] = []
  readonly security: SecurityJudge
  loggedIn = false
  discovery = false
  /** The CmdSN of the next numbered request. */
  nextCmdSN = 1
  /** The target has sent a Logout Response that ends the connection, or refused the login. */
  ending = false
  readonly #options: ConversationOptions
  readonly #text: LoginText
  /** A Login Response has to come before what was sent next can be understood. */
  #awaiting = false
  #last = 'nothing'
  #answer = 'nothing'

  constructor(options: ConversationOptions) {
    this.#options = options
    this.received.maxDataSegmentLength = 0xff_ffff
    this.security = new SecurityJudge(options.asked)
    this.#text = new LoginText(this.security)
    this.ledger = new RequestLedger(this.numbering, options)
    this.transfers = new OpenTransfers(options)
  }

  get headerDigest(): boolean {
    return this.sent.headerDigest
  }

  get dataDigest(): boolean {
    return this.sent.dataDigest
  }

  /** The number of the next numbered request: one that was rejected with its request comes first. */
  takeCmdSN(): number {
    const missing = this.ledger.takeMissing()
    if (missing !== undefined) return missing
    const { nextCmdSN } = this
    this.nextCmdSN = serialAdd(nextCmdSN, 1)
    return nextCmdSN
  }

  /** Bytes are about to be sent. */
  send(bytes: Uint8Array): void {
    this.sent.push(bytes)
    this.#pump()
  }

  /** Bytes have come. */
  receive(bytes: Uint8Array): void {
    this.received.push(bytes)
    for (let pdu = this.received.next(); pdu; pdu = this.received.next()) this.#came(pdu)
    if (this.received.failure)
      throw new Finding(FindingKind.protocol, `the target's stream cannot be followed: ${this.received.failure}`)
  }

  /** The connection is gone. */
  over(): void {
    for (const task of this.ledger.open()) task.lost()
    if (this.#awaiting && this.sent.restBytes > 0) this.#doubtAll()
  }

  /** Commands were sent behind a login whose answer never came: they may have run, and cannot be told without it. */
  #doubtAll(): void {
    for (const { disk } of this.#options.luns.values()) disk.model.doubt(0, disk.model.sizeBytes)
  }

  #pump(): void {
    while (!this.#awaiting) {
      const pdu = this.sent.next()
      if (!pdu) return
      this.#last = pduOf(pdu.opcode)?.name ?? 'an unknown opcode'
      if (this.loggedIn) this.#asked(pdu)
      else this.#loginAsked(pdu)
    }
  }

  #loginAsked({ opcode, header, data }: StreamPdu): void {
    this.#awaiting = true
    if (opcode !== LoginRequest.opcode) return
    this.#text.initiatorSaid(data, LoginRequest.view(dataView(header)).continues)
  }

  #asked(pdu: StreamPdu): void {
    const view = dataView(pdu.header)
    if (pdu.opcode === DataOut.opcode) return this.#dataOut(pdu)
    if (pdu.opcode !== ScsiCommand.opcode || this.discovery) {
      const request = this.ledger.add(pdu, undefined)
      if (pdu.opcode === TaskManagementRequest.opcode) this.transfers.asked(request, TaskManagementRequest.view(view))
      return
    }
    const command = ScsiCommand.view(view)
    this.#last = `command ${command.cdb[0]?.toString(16)}`
    const task = new TaskModel(command, lunOf(this.#options.luns, command.lun))
    if (!pdu.digestRight) task.spoilt = pdu.data.length > 0
    else if (command.write) task.sent(0, pdu.data)
    this.ledger.add(pdu, task)
  }

  #dataOut({ header, data, digestRight }: StreamPdu): void {
    const { initiatorTaskTag, bufferOffset, targetTransferTag, final } = DataOut.view(dataView(header))
    const task = this.ledger.taskOf(initiatorTaskTag)
    if (final) this.#r2tAnswered(targetTransferTag)
    if (!digestRight) {
      if (task) task.spoilt = true
    } else task?.sent(bufferOffset, data)
  }

  #r2tAnswered(targetTransferTag: number): void {
    this.transfers.end(targetTransferTag)
    const at = this.openR2ts.findIndex(r2t => r2t.targetTransferTag === targetTransferTag)
    if (at >= 0) this.openR2ts.splice(at, 1)
  }

  #came(pdu: StreamPdu): void {
    const view = dataView(pdu.header)
    if (!pdu.digestRight) throw new Finding(FindingKind.protocol, 'the target sent a wrong data digest')
    if (pdu.opcode === LoginResponse.opcode && !this.loggedIn) return this.#loginAnswered(pdu)
    const name = pduOf(pdu.opcode)?.name
    if (!this.loggedIn) throw new Finding(FindingKind.protocol, `${name} came before the login was over`)
    this.numbering.take(pdu.opcode, view, false)
    const handler = handlers.get(pdu.opcode)
    if (!handler) throw new Finding(FindingKind.protocol, `the target sent ${name ?? `opcode ${pdu.opcode}`}`)
    this.#note(this.#judged(handler, pdu))
  }

  /** An answer to what came after a header with a wrong digest is an answer to nothing. */
  #judged(handler: Handler, pdu: StreamPdu): string {
    try {
      return handler(this, pdu)
    } catch (error) {
      const ignored = error instanceof Finding && error.kind === FindingKind.unasked
      if (!ignored || this.sent.failure !== PduFault.headerDigest) throw error
      throw new Finding(FindingKind.digestIgnored, `a header with a wrong digest was acted on: ${error.message}`)
    }
  }

  /** A NOP-In that asks for an answer has come. */
  pinged(targetTransferTag: number): void {
    this.#options.pinged?.(targetTransferTag)
  }

  #note(words: string): void {
    const { feature } = this.#options
    feature(`${this.#last} > ${words}`)
    feature(`${this.#answer} ; ${words}`)
    this.#answer = words
  }

  #loginAnswered({ header, data }: StreamPdu): void {
    const response = LoginResponse.view(dataView(header))
    const { status, transit, nextStage, currentStage, expCmdSN } = response
    if (!this.#awaiting) throw new Finding(FindingKind.unasked, 'a Login Response to nothing')
    this.#note(`login ${status.toString(16)} ${currentStage} ${transit ? nextStage : '-'} ${data.length > 0}`)
    if (status !== 0) {
      this.ending = true
      return
    }
    this.numbering.take(LoginResponse.opcode, dataView(header), true)
    this.#text.targetSaid(data, response)
    this.#awaiting = false
    if (transit && nextStage === LoginStage.fullFeaturePhase) this.#loggedIn(expCmdSN)
    this.#pump()
  }

  #loggedIn(expCmdSN: number): void {
    const { headerDigest, dataDigest, targetTakesBytes, discovery } = this.#text
    this.loggedIn = true
    this.discovery = discovery
    this.nextCmdSN = expCmdSN
    Object.assign(this.sent, { headerDigest, dataDigest, maxDataSegmentLength: targetTakesBytes })
    Object.assign(this.received, { headerDigest, dataDigest })
  }
}

/** Takes a PDU from the target; answers what happened in a few words. */
type Handler = (conversation: Conversation, pdu: StreamPdu) => string

const hex = (value: number): string => value.toString(16)

function commandOf({ ledger }: Conversation, tag: number): Request & { readonly task: TaskModel } {
  const command = ledger.commandOf(tag)
  if (!command?.task) throw new Finding(FindingKind.unasked, `data or R2T for tag ${tag}, which no task has`)
  return command as Request & { readonly task: TaskModel }
}

function dataIn(conversation: Conversation, { header, data }: StreamPdu): string {
  const view = DataIn.view(dataView(header))
  const { initiatorTaskTag, dataSN, bufferOffset, hasStatus, status } = view
  const { task } = commandOf(conversation, initiatorTaskTag)
  if (dataSN !== task.dataIns && !task.doubled)
    throw new Finding(FindingKind.numbering, `DataSN ${dataSN}, ${task.dataIns} was next`)
  task.dataIns++
  task.received(bufferOffset, data)
  if (!hasStatus) return 'data'
  conversation.ledger.answer(InitiatorOpcode.scsiCommand, initiatorTaskTag)
  if (status === Status.good) task.goodWith(underflowOf(view))
  task.ended(status, new Uint8Array(0))
  return `data and status ${hex(status)}`
}

/** RFC 7143 11.4.5: how many bytes less than expected there were; negative where there were more. */
function underflowOf({ overflow, underflow, residualCount }: Residual): number {
  if (overflow && underflow) throw new Finding(FindingKind.protocol, 'both an overflow and an underflow')
  if (!overflow && !underflow && residualCount > 0)
    throw new Finding(FindingKind.protocol, `a residual of ${residualCount} bytes that is neither`)
  return overflow ? -residualCount : residualCount
}

interface Residual {
  readonly overflow: boolean
  readonly underflow: boolean
  readonly residualCount: number
}

function scsiResponse({ ledger }: Conversation, { header, data }: StreamPdu): string {
  const view = ScsiResponse.view(dataView(header))
  const { task } = ledger.answer(InitiatorOpcode.scsiCommand, view.initiatorTaskTag)
  if (view.status === Status.good) task?.goodWith(underflowOf(view))
  task?.ended(view.status, data)
  const code = senseOf(data)?.code
  return `status ${hex(view.status)} ${code ? `${hex(code.key)}/${hex(code.asc)}/${hex(code.ascq)}` : ''} ${view.overflow ? 'over' : ''}${view.underflow ? 'under' : ''}`
}

function readyToTransfer(conversation: Conversation, { header }: StreamPdu): string {
  const r2t = R2T.view(dataView(header))
  const command = commandOf(conversation, r2t.initiatorTaskTag)
  const { task } = command
  if (r2t.r2tSN !== task.r2ts && !task.doubled)
    throw new Finding(FindingKind.numbering, `R2TSN ${r2t.r2tSN}, ${task.r2ts} was next`)
  task.r2ts++
  const { bufferOffset, desiredDataTransferLength: length, targetTransferTag, lun } = r2t
  if (
    !task.doubled &&
    (length === 0 ||
      bufferOffset + length > task.expectedBytes ||
      targetTransferTag === RESERVED_TAG ||
      lun !== task.lun)
  )
    throw new Finding(FindingKind.protocol, `R2T for ${bufferOffset} + ${length} of ${task.expectedBytes} bytes`)
  conversation.openR2ts.push(r2t)
  conversation.transfers.begin(targetTransferTag, command)
  return 'r2t'
}

function reject({ ledger }: Conversation, { header, data }: StreamPdu): string {
  const { reason } = Reject.view(dataView(header))
  const request = ledger.rejected(dataView(data))
  if (request?.task) request.task.ended(REJECTED_STATUS, new Uint8Array(0))
  return `reject ${hex(reason)}`
}

/** Stands for a command that was never taken: BUSY leaves the medium alone. */
const REJECTED_STATUS = 0x08

function ping(conversation: Conversation, { header, data }: StreamPdu): string {
  const { initiatorTaskTag, targetTransferTag } = NopIn.view(dataView(header))
  if (initiatorTaskTag === RESERVED_TAG) {
    if (targetTransferTag !== RESERVED_TAG) conversation.pinged(targetTransferTag)
    return targetTransferTag === RESERVED_TAG ? 'window' : 'ping'
  }
  const request = conversation.ledger.answer(InitiatorOpcode.nopOut, initiatorTaskTag)
  if (!request.doubled && !request.data.subarray(0, data.length).equals(data))
    throw new Finding(FindingKind.wrongData, 'the answer to a ping has other data')
  return `pong ${data.length > 0}`
}

function managed({ ledger, transfers }: Conversation, { header }: StreamPdu): string {
  const { initiatorTaskTag, response } = TaskManagementResponse.view(dataView(header))
  transfers.managed(ledger.answer(InitiatorOpcode.taskManagementRequest, initiatorTaskTag), response)
  return `managed ${response}`
}

const answering =
  (opcode: number, words: (view: DataView) => string): Handler =>
  ({ ledger }, { header }) => {
    const view = dataView(header)
    ledger.answer(opcode, BasicHeader.view(view).initiatorTaskTag)
    return words(view)
  }

const handlers: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [TargetOpcode.dataIn, dataIn],
  [TargetOpcode.scsiResponse, scsiResponse],
  [TargetOpcode.readyToTransfer, readyToTransfer],
  [TargetOpcode.reject, reject],
  [TargetOpcode.nopIn, ping],
  [TargetOpcode.asyncMessage, () => 'event'],
  [TargetOpcode.taskManagementResponse, managed],
  [TargetOpcode.textResponse, answering(InitiatorOpcode.textRequest, () => 'text')],
  [
    TargetOpcode.logoutResponse,
    (conversation, { header }) => {
      conversation.ledger.answer(InitiatorOpcode.logoutRequest, BasicHeader.view(dataView(header)).initiatorTaskTag)
      return 'logged out'
    },
  ],
])
