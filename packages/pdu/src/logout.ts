import { bits, u8, u16 } from '@lunkit/wire'
import { InitiatorOpcode, TargetOpcode } from './opcode.ts'
import { alwaysFinal, immediate, numberedRequest, numberedResponse, pdu } from './pdu.ts'

/** RFC 7143 11.14.1. */
export const LogoutReason = { closeSession: 0, closeConnection: 1, removeConnectionForRecovery: 2 } as const
export type LogoutReason = (typeof LogoutReason)[keyof typeof LogoutReason]

/** RFC 7143 11.15.1. */
export const LogoutResponseCode = { closed: 0, cidNotFound: 1, recoveryNotSupported: 2, cleanupFailed: 3 } as const
export type LogoutResponseCode = (typeof LogoutResponseCode)[keyof typeof LogoutResponseCode]

/** Ends a connection or the session. */
export const LogoutRequest = pdu({
  name: 'Logout Request',
  spec: 'RFC 7143 11.14',
  opcode: InitiatorOpcode.logoutRequest,
  fields: {
    ...immediate,
    ...alwaysFinal.fields,
    reason: bits<LogoutReason>(1, [6, 0], LogoutReason),
    cid: u16(20),
    ...numberedRequest,
  },
  initial: alwaysFinal.initial,
})

/** Answers it; the connection closes after. */
export const LogoutResponse = pdu({
  name: 'Logout Response',
  spec: 'RFC 7143 11.15',
  opcode: TargetOpcode.logoutResponse,
  fields: {
    ...alwaysFinal.fields,
    response: u8<LogoutResponseCode>(2, LogoutResponseCode),
    ...numberedResponse,
    time2Wait: u16(40),
    time2Retain: u16(42),
  },
  initial: alwaysFinal.initial,
})
