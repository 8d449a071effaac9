import { u8, u32 } from '@lunkit/wire'
import { TargetOpcode } from './opcode.ts'
import { alwaysFinal, DataKind, numberedResponse, pdu, RESERVED_TAG } from './pdu.ts'

/** RFC 7143 11.17.1; 0x01 is reserved and 0x0b deprecated. */
export const RejectReason = {
  dataDigestError: 0x02,
  snackReject: 0x03,
  protocolError: 0x04,
  commandNotSupported: 0x05,
  tooManyImmediateCommands: 0x06,
  taskInProgress: 0x07,
  invalidDataAck: 0x08,
  invalidPduField: 0x09,
  outOfTransferTags: 0x0a,
  waitingForLogout: 0x0c,
} as const
export type RejectReason = (typeof RejectReason)[keyof typeof RejectReason]

/** Refuses a PDU, whose header it carries. */
export const Reject = pdu({
  name: 'Reject',
  spec: 'RFC 7143 11.17',
  opcode: TargetOpcode.reject,
  data: DataKind.header,
  fields: {
    ...alwaysFinal.fields,
    reason: u8<RejectReason>(2, RejectReason),
    ...numberedResponse,
    dataSN: u32(36),
  },
  initial: { ...alwaysFinal.initial, initiatorTaskTag: RESERVED_TAG },
})
