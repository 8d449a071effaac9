import {
  AhsType,
  DataOut,
  type Parameters,
  type PduWriter,
  RESERVED_TAG,
  ScsiCommand,
  TaskAttribute,
  writeAhs,
} from '@lunkit/pdu'
import { encodeLun, LUN } from '@lunkit/scsi/transport'
import { checkArgument, dataView, layout, u64 } from '@lunkit/wire'
import type { Sequence } from './sequence.ts'
import type { CommandTask } from './task.ts'

const CDB_BYTES = 16
const Lun = layout({ name: 'LUN', spec: 'SAM-5 4.7', size: 8, fields: { value: u64(0) } })

/** Logical unit numbers as PDUs carry them, for the few that a session uses. */
const known = new Map<number, bigint>()

/**
 * A logical unit number as PDUs carry it.
 * @throws {TypeError} or {RangeError} for what is no logical unit number.
 */
export function lunField(lun: number): bigint {
  let value = known.get(lun)
  if (value === undefined) {
    checkArgument('lun', lun, LUN)
    const view = dataView(new Uint8Array(Lun.size))
    encodeLun(lun, view)
    value = Lun.view(view).value
    known.set(lun, value)
  }
  return value
}

/** Sends commands and their data, as far as the negotiated parameters let it go unasked. */
export class CommandSender {
  readonly #writer: PduWriter
  readonly #sequence: Sequence
  readonly #parameters: Parameters

  constructor(writer: PduWriter, sequence: Sequence, parameters: Parameters) {
    this.#writer = writer
    this.#sequence = sequence
    this.#parameters = parameters
  }

  /** Sends a command with what of its data may go with it, then what may go without being asked for. */
  send(task: CommandTask): void {
    const { cdb, write, attribute = TaskAttribute.simple, immediate = false, lun } = task.request
    const { FirstBurstLength, ImmediateData, InitialR2T, TargetMaxRecvDataSegmentLength } = this.#parameters
    const burst = Math.min(task.writeBytes, FirstBurstLength)
    const withCommand = ImmediateData ? Math.min(burst, TargetMaxRecvDataSegmentLength) : 0
    const unsolicited = InitialR2T ? withCommand : burst
    task.cmdSN = immediate ? this.#sequence.cmdSN : this.#sequence.number()
    const header = this.#writer.compose(ScsiCommand)
    header.immediate = immediate
    header.final = withCommand === unsolicited
    header.read = task.memory.length > 0
    header.write = task.writeBytes > 0
    header.attribute = attribute
    header.lun = lunField(lun)
    header.initiatorTaskTag = task.tag
    header.expectedDataTransferLength = task.writeBytes > 0 ? task.writeBytes : task.memory.length
    header.cmdSN = task.cmdSN
    header.expStatSN = this.#sequence.expStatSN
    header.cdb = cdb.length > CDB_BYTES ? cdb.subarray(0, CDB_BYTES) : cdb
    this.#sendAhs(task)
    if (write && withCommand > 0) this.#writer.endWith(write.subarray(0, withCommand))
    else this.#writer.end()
    if (unsolicited > withCommand)
      this.sendData(task, { offset: withCommand, lengthBytes: unsolicited - withCommand, transferTag: RESERVED_TAG })
  }

  /** A CDB of more than 16 bytes, and the read length of a command that writes too, go behind the header. */
  #sendAhs({ request: { cdb }, memory, writeBytes }: CommandTask): void {
    if (cdb.length > CDB_BYTES)
      this.#writer.ahs(writeAhs([{ type: AhsType.extendedCdb, cdb: cdb.subarray(CDB_BYTES) }]))
    if (memory.length > 0 && writeBytes > 0)
      this.#writer.ahs(writeAhs([{ type: AhsType.bidirectionalReadLength, readBytes: memory.length }]))
  }

  /** Sends one sequence of Data-Out, RFC 7143 11.7. */
  sendData(task: CommandTask, part: { offset: number; lengthBytes: number; transferTag: number }): void {
    const { offset, lengthBytes, transferTag } = part
    const { TargetMaxRecvDataSegmentLength: longest } = this.#parameters
    const write = task.request.write as Uint8Array
    const end = offset + lengthBytes
    for (let at = offset, dataSN = 0; at < end; at += longest, dataSN++) {
      const next = Math.min(at + longest, end)
      const header = this.#writer.compose(DataOut)
      header.final = next === end
      header.lun = transferTag === RESERVED_TAG ? 0n : lunField(task.request.lun)
      header.initiatorTaskTag = task.tag
      header.targetTransferTag = transferTag
      header.expStatSN = this.#sequence.expStatSN
      header.dataSN = dataSN
      header.bufferOffset = at
      this.#writer.endWith(write.subarray(at, next))
    }
  }
}
