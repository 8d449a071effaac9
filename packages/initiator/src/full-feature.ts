import {
  AsyncMessage,
  BasicHeader,
  BHS_BYTES,
  DataIn,
  DROP,
  LogoutResponse,
  NopIn,
  NopOut,
  type Parameters,
  R2T,
  RESERVED_TAG,
  type ReceivedHeader,
  Reject,
  RejectReason,
  ScsiCommand,
  ScsiResponse,
  TaskManagementResponse,
  TextResponse,
} from '@lunkit/pdu'
import { dataView } from '@lunkit/wire'
import type { CommandSender } from './command-sender.ts'
import type { Connection } from './connection.ts'
import { ProtocolError, RejectedError } from './error.ts'
import { RESPONSE_DATA_BYTES } from './limits.ts'
import type { Requests } from './requests.ts'
import type { Sequence } from './sequence.ts'
import { type CommandTask, senseOf } from './task.ts'
import type { TaskTable } from './task-table.ts'

/** What the target tells without being asked, RFC 7143 11.9. */
export interface AsyncNotice {
  /** One of `AsyncEvent` as far as it is known. */
  readonly event: number
  readonly parameter1: number
  readonly parameter2: number
  readonly parameter3: number
  /** Sense data and what follows it, with `AsyncEvent.scsiEvent`. */
  readonly data: Uint8Array
}

/** A PDU of ours that the target refused, RFC 7143 11.17. */
export interface RejectNotice {
  /** One of `RejectReason` as far as it is known. */
  readonly reason: number
  /** The 48 bytes of the refused header. */
  readonly header: Uint8Array
}

/** A text answer of one PDU. */
export interface TextAnswer {
  readonly data: Uint8Array
  readonly final: boolean
  readonly continues: boolean
  readonly transferTag: number
}

/** The parts of a session that the full feature phase works on. */
export interface SessionParts {
  readonly connection: Connection
  readonly sequence: Sequence
  readonly parameters: Parameters
  readonly tasks: TaskTable
  readonly requests: Requests
  readonly sender: CommandSender
  /** Whether a target's mistakes that do no harm end the session too. */
  readonly strict: boolean
  readonly asyncMessage: (notice: AsyncNotice) => void
  readonly rejected: (notice: RejectNotice) => void
}

type Handler = (header: ReceivedHeader, data: Uint8Array | undefined) => void

/** What a session does with each PDU of the target's in the full feature phase. */
export class FullFeature {
  readonly #parts: SessionParts
  /** By opcode; what is not here must not come. */
  readonly #handlers: readonly (Handler | undefined)[]
  /** The task of the Data-In on its way. */
  #dataInTask: CommandTask | undefined

  constructor(parts: SessionParts) {
    this.#parts = parts
    const handlers: (Handler | undefined)[] = []
    const rows: [{ readonly opcode: number }, Handler][] = [
      [DataIn, header => this.#dataIn(header)],
      [ScsiResponse, (header, data) => this.#scsiResponse(header, data)],
      [R2T, header => this.#r2t(header)],
      [NopIn, (header, data) => this.#nopIn(header, data)],
      [TaskManagementResponse, header => this.#taskManagementResponse(header)],
      [TextResponse, (header, data) => this.#textResponse(header, data)],
      [LogoutResponse, header => this.#logoutResponse(header)],
      [AsyncMessage, (header, data) => this.#asyncMessage(header, data)],
      [Reject, (header, data) => this.#reject(header, data)],
    ]
    for (const [{ opcode }, handler] of rows) handlers[opcode] = handler
    this.#handlers = handlers
  }

  header(header: ReceivedHeader): Uint8Array | typeof DROP {
    const { opcode, dataSegmentLength, view, at } = header
    if (opcode === DataIn.opcode) {
      const dataIn = DataIn.view(view, at)
      this.#dataInTask = this.#task(dataIn.initiatorTaskTag, DataIn.name)
      return this.#dataInTask.place(dataIn, dataSegmentLength)
    }
    if (dataSegmentLength > RESPONSE_DATA_BYTES && opcode !== NopIn.opcode && opcode !== TextResponse.opcode)
      throw new ProtocolError(`data segment of ${dataSegmentLength} bytes in a PDU with opcode ${opcode}`)
    return dataSegmentLength === 0 ? DROP : Buffer.allocUnsafe(dataSegmentLength)
  }

  complete(header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    // RFC 7143 7.8: without recovery levels there is no other way to get the data.
    if (!digestRight) throw new ProtocolError('a data segment came with a wrong digest')
    const handler = this.#handlers[header.opcode]
    if (!handler) throw new ProtocolError(`PDU with opcode ${header.opcode} does not belong in the full feature phase`)
    handler(header, data)
  }

  #task(tag: number, what: string): CommandTask {
    const task = this.#parts.tasks.find(tag)
    if (!task) throw new ProtocolError(`${what} for task ${tag}, which is not on its way`)
    return task
  }

  #dataIn({ view, at, dataSegmentLength }: ReceivedHeader): void {
    const { sequence, parameters, tasks, strict } = this.#parts
    const dataIn = DataIn.view(view, at)
    const task = this.#dataInTask as CommandTask
    const sequenceBytes = task.placed(dataSegmentLength, dataIn.final)
    // tgt does not end its sequences; no harm comes of it.
    if (strict && sequenceBytes > parameters.MaxBurstLength)
      throw new ProtocolError(
        `Data-In sequence of ${sequenceBytes} bytes; MaxBurstLength is ${parameters.MaxBurstLength}`,
      )
    sequence.window(dataIn.expCmdSN, dataIn.maxCmdSN)
    if (!dataIn.hasStatus) return
    if (!dataIn.final) throw new ProtocolError(`Data-In with a status for task ${task.tag} that is not final`)
    sequence.status(dataIn.statSN)
    tasks.remove(task)
    task.endWithData(dataIn)
  }

  #scsiResponse(header: ReceivedHeader, data: Uint8Array | undefined): void {
    const response = ScsiResponse.view(header.view, header.at)
    const task = this.#task(response.initiatorTaskTag, ScsiResponse.name)
    this.#numbered(response)
    // Before the task is taken out: one that is on its way no longer does not hear how the session ends.
    const sense = senseOf(data)
    this.#parts.tasks.remove(task)
    task.endWithResponse(header, sense)
  }

  #numbered({ statSN, expCmdSN, maxCmdSN }: { statSN: number; expCmdSN: number; maxCmdSN: number }): void {
    this.#parts.sequence.status(statSN)
    this.#parts.sequence.window(expCmdSN, maxCmdSN)
  }

  #r2t({ view, at }: ReceivedHeader): void {
    const { sequence, parameters, sender } = this.#parts
    const r2t = R2T.view(view, at)
    const task = this.#task(r2t.initiatorTaskTag, R2T.name)
    sequence.window(r2t.expCmdSN, r2t.maxCmdSN)
    task.solicited(r2t, parameters.MaxBurstLength)
    const { bufferOffset: offset, desiredDataTransferLength: lengthBytes, targetTransferTag: transferTag } = r2t
    sender.sendData(task, { offset, lengthBytes, transferTag })
  }

  #nopIn({ view, at }: ReceivedHeader, data: Uint8Array | undefined): void {
    const nopIn = NopIn.view(view, at)
    if (nopIn.initiatorTaskTag !== RESERVED_TAG) {
      this.#numbered(nopIn)
      this.#answered(nopIn.initiatorTaskTag, data ?? new Uint8Array(0), NopIn.name)
      return
    }
    this.#parts.sequence.window(nopIn.expCmdSN, nopIn.maxCmdSN)
    if (nopIn.targetTransferTag !== RESERVED_TAG) this.#pong(nopIn.targetTransferTag, nopIn.lun)
  }

  /** RFC 7143 11.18: the answer to a ping goes out beside the command window, and needs no answer itself. */
  #pong(targetTransferTag: number, lun: bigint): void {
    const { connection, sequence } = this.#parts
    const answer = connection.writer.compose(NopOut)
    answer.immediate = true
    answer.lun = lun
    answer.initiatorTaskTag = RESERVED_TAG
    answer.targetTransferTag = targetTransferTag
    answer.cmdSN = sequence.cmdSN
    answer.expStatSN = sequence.expStatSN
    connection.writer.end()
  }

  #answered(tag: number, answer: unknown, what: string): void {
    if (!this.#parts.requests.answer(tag, answer))
      throw new ProtocolError(`${what} for task ${tag}, which is not on its way`)
  }

  #taskManagementResponse({ view, at }: ReceivedHeader): void {
    const response = TaskManagementResponse.view(view, at)
    this.#numbered(response)
    this.#answered(response.initiatorTaskTag, response.response, TaskManagementResponse.name)
  }

  #textResponse({ view, at }: ReceivedHeader, data: Uint8Array | undefined): void {
    const response = TextResponse.view(view, at)
    this.#numbered(response)
    const { final, continues, targetTransferTag: transferTag } = response
    const answer: TextAnswer = { data: data ?? new Uint8Array(0), final, continues, transferTag }
    this.#answered(response.initiatorTaskTag, answer, TextResponse.name)
  }

  #logoutResponse({ view, at }: ReceivedHeader): void {
    const response = LogoutResponse.view(view, at)
    this.#numbered(response)
    this.#answered(response.initiatorTaskTag, response.response, LogoutResponse.name)
  }

  #asyncMessage({ view, at }: ReceivedHeader, data: Uint8Array | undefined): void {
    const message = AsyncMessage.view(view, at)
    this.#numbered(message)
    const { event, parameter1, parameter2, parameter3 } = message
    this.#parts.asyncMessage({ event, parameter1, parameter2, parameter3, data: data ?? new Uint8Array(0) })
  }

  #reject({ view, at }: ReceivedHeader, data: Uint8Array | undefined): void {
    const { tasks, requests, rejected } = this.#parts
    const reject = Reject.view(view, at)
    this.#numbered(reject)
    const header = data?.subarray(0, BHS_BYTES) ?? new Uint8Array(0)
    if (header.length === BHS_BYTES) {
      const { opcode, initiatorTaskTag } = BasicHeader.view(dataView(header))
      requests.reject(initiatorTaskTag, reject.reason)
      const task = tasks.find(initiatorTaskTag)
      // After a data digest error the command itself still ends with a status (RFC 7143 7.8).
      if (task && opcode === ScsiCommand.opcode && reject.reason !== RejectReason.dataDigestError) {
        tasks.remove(task)
        task.listener.failed(new RejectedError(reject.reason, ScsiCommand.name))
      }
    }
    rejected({ reason: reject.reason, header })
  }
}
