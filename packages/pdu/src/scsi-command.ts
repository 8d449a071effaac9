import { Status } from '@lunkit/scsi/transport'
import { bit, bits, bytes, layout, u8, u16, u32 } from '@lunkit/wire'
import { InitiatorOpcode, TargetOpcode } from './opcode.ts'
import { alwaysFinal, DataKind, final, immediate, lun, numberedRequest, numberedResponse, pdu } from './pdu.ts'

/** RFC 7143 11.3.1: how a task is ordered among the others of its task set. */
export const TaskAttribute = { untagged: 0, simple: 1, ordered: 2, headOfQueue: 3, aca: 4 } as const
export type TaskAttribute = (typeof TaskAttribute)[keyof typeof TaskAttribute]

/** RFC 7143 11.4.3: whether a command ended with a SCSI status. Values from 0x80 are a vendor's. */
export const ScsiResponseCode = { completedAtTarget: 0x00, targetFailure: 0x01 } as const
export type ScsiResponseCode = (typeof ScsiResponseCode)[keyof typeof ScsiResponseCode]

/** Carries a CDB and the first data of a write. */
export const ScsiCommand = pdu({
  name: 'SCSI Command',
  spec: 'RFC 7143 11.3',
  opcode: InitiatorOpcode.scsiCommand,
  data: DataKind.bytes,
  fields: {
    ...immediate,
    ...final,
    read: bit(1, 6),
    write: bit(1, 5),
    attribute: bits<TaskAttribute>(1, [2, 0], TaskAttribute),
    ...lun,
    expectedDataTransferLength: u32(20),
    ...numberedRequest,
    cdb: bytes(32, 16),
  },
})

/** Ends a command: its status, its sense data, its residual counts. */
export const ScsiResponse = pdu({
  name: 'SCSI Response',
  spec: 'RFC 7143 11.4',
  opcode: TargetOpcode.scsiResponse,
  data: DataKind.sense,
  fields: {
    ...alwaysFinal.fields,
    bidirectionalReadOverflow: bit(1, 4),
    bidirectionalReadUnderflow: bit(1, 3),
    overflow: bit(1, 2),
    underflow: bit(1, 1),
    response: u8<ScsiResponseCode>(2, ScsiResponseCode),
    status: u8(3, Status),
    snackTag: u32(20),
    ...numberedResponse,
    expDataSN: u32(36),
    bidirectionalReadResidualCount: u32(40),
    residualCount: u32(44),
  },
  initial: alwaysFinal.initial,
})

/** What a data segment with sense data starts with, RFC 7143 11.4.7.1. */
export const SenseSegment = layout({
  name: 'sense segment',
  spec: 'RFC 7143 11.4.7',
  size: 2,
  fields: { senseLength: u16(0) },
})
