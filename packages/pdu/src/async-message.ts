import { u8, u16 } from '@lunkit/wire'
import { TargetOpcode } from './opcode.ts'
import { alwaysFinal, DataKind, lun, numberedResponse, pdu, RESERVED_TAG } from './pdu.ts'

/** RFC 7143 11.9.1. */
export const AsyncEvent = {
  /** The data segment holds sense data. */
  scsiEvent: 0,
  /** The target asks for a logout within parameter3 seconds. */
  logoutRequest: 1,
  /** The target will drop or has dropped the connection parameter1. */
  connectionDrop: 2,
  /** The target will drop or has dropped all connections of the session. */
  sessionDrop: 3,
  /** The target asks for a text negotiation within parameter3 seconds. */
  negotiationRequest: 4,
  /** All active tasks of the logical unit are being terminated. */
  tasksTerminated: 5,
  vendor: 255,
} as const
export type AsyncEvent = (typeof AsyncEvent)[keyof typeof AsyncEvent]

/** What the target tells without being asked. */
export const AsyncMessage = pdu({
  name: 'Asynchronous Message',
  spec: 'RFC 7143 11.9',
  opcode: TargetOpcode.asyncMessage,
  data: DataKind.sense,
  fields: {
    ...alwaysFinal.fields,
    ...lun,
    ...numberedResponse,
    event: u8<AsyncEvent>(36, AsyncEvent),
    vendorCode: u8(37),
    parameter1: u16(38),
    parameter2: u16(40),
    parameter3: u16(42),
  },
  initial: { ...alwaysFinal.initial, initiatorTaskTag: RESERVED_TAG },
})
