import {
  LogoutReason,
  LogoutRequest,
  NopOut,
  type PduWriter,
  RESERVED_TAG,
  type TaskManagementFunction,
  TaskManagementRequest,
  TextRequest,
} from '@lunkit/pdu'
import { lunField } from './command-sender.ts'
import type { Sequence } from './sequence.ts'
import type { CommandTask } from './task.ts'
import type { TextPiece } from './text-exchange.ts'

/** What a task management function is about: a unit, or a task. */
export interface ManagedTasks {
  readonly lun?: number
  readonly task?: CommandTask
}

/** Sends requests that are no commands, all of them beside the command window. */
export class RequestSender {
  readonly #writer: PduWriter
  readonly #sequence: Sequence

  constructor(writer: PduWriter, sequence: Sequence) {
    this.#writer = writer
    this.#sequence = sequence
  }

  ping(tag: number, data: Uint8Array): void {
    const request = this.#writer.compose(NopOut)
    request.targetTransferTag = RESERVED_TAG
    this.#number(request, tag)
    this.#writer.endWith(data)
  }

  taskManagement(tag: number, what: TaskManagementFunction, { lun = 0, task }: ManagedTasks): void {
    const field = lunField(task?.request.lun ?? lun)
    const request = this.#writer.compose(TaskManagementRequest)
    request.function = what
    request.lun = field
    request.referencedTaskTag = task?.tag ?? RESERVED_TAG
    request.refCmdSN = task?.cmdSN ?? 0
    this.#number(request, tag)
    this.#writer.end()
  }

  text(tag: number, { transferTag, piece, continues }: TextPiece): void {
    const request = this.#writer.compose(TextRequest)
    request.final = !continues
    request.continues = continues
    request.targetTransferTag = transferTag
    this.#number(request, tag)
    this.#writer.endWith(piece)
  }

  logout(tag: number): void {
    const request = this.#writer.compose(LogoutRequest)
    request.reason = LogoutReason.closeSession
    this.#number(request, tag)
    this.#writer.end()
  }

  #number(
    request: { immediate: boolean; initiatorTaskTag: number; cmdSN: number; expStatSN: number },
    tag: number,
  ): void {
    request.immediate = true
    request.initiatorTaskTag = tag
    request.cmdSN = this.#sequence.cmdSN
    request.expStatSN = this.#sequence.expStatSN
  }
}
