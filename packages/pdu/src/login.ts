import { bit, bits, checkArgument, u8, u16, u48, wholeNumber } from '@lunkit/wire'
import { InitiatorOpcode, TargetOpcode } from './opcode.ts'
import { DataKind, immediate, numberedRequest, numberedResponse, pdu } from './pdu.ts'

/** RFC 7143 11.12.3: the stages of the login phase, and what follows it. */
export const LoginStage = { securityNegotiation: 0, operationalNegotiation: 1, fullFeaturePhase: 3 } as const
export type LoginStage = (typeof LoginStage)[keyof typeof LoginStage]

/** RFC 7143 11.12.4: the only version there is. */
export const ISCSI_VERSION = 0

/** RFC 7143 11.13.5: Status-Class in the upper byte, Status-Detail in the lower. */
export const LoginStatus = {
  success: 0x0000,
  targetMovedTemporarily: 0x0101,
  targetMovedPermanently: 0x0102,
  initiatorError: 0x0200,
  authenticationFailure: 0x0201,
  authorizationFailure: 0x0202,
  notFound: 0x0203,
  targetRemoved: 0x0204,
  unsupportedVersion: 0x0205,
  tooManyConnections: 0x0206,
  missingParameter: 0x0207,
  cannotIncludeInSession: 0x0208,
  sessionTypeNotSupported: 0x0209,
  sessionDoesNotExist: 0x020a,
  invalidDuringLogin: 0x020b,
  targetError: 0x0300,
  serviceUnavailable: 0x0301,
  outOfResources: 0x0302,
} as const
export type LoginStatus = (typeof LoginStatus)[keyof typeof LoginStatus]

/** RFC 7143 11.13.5: what a login status is about. Unknown details count as their class's first. */
export const LoginStatusClass = { success: 0, redirection: 1, initiatorError: 2, targetError: 3 } as const
export type LoginStatusClass = (typeof LoginStatusClass)[keyof typeof LoginStatusClass]

const STATUS = wholeNumber(0, 0xffff)

/**
 * The Status-Class of a login status.
 * @throws {TypeError} or {RangeError} for what is none.
 */
export function loginStatusClass(status: number): number {
  checkArgument('loginStatusClass: status', status, STATUS)
  return Math.floor(status / 0x100)
}

/** Flags, stages and names that requests and responses of the login phase share. */
const login = {
  transit: bit(1, 7),
  continues: bit(1, 6),
  currentStage: bits<LoginStage>(1, [3, 2], LoginStage),
  nextStage: bits<LoginStage>(1, [1, 0], LoginStage),
  versionMax: u8(2),
}

/** Session identifier: what the initiator chose (48 bits) and what the target gave. */
const sessionIdentifier = { isid: u48(8), tsih: u16(14) }

/** Names the parties and negotiates parameters. Always immediate. */
export const LoginRequest = pdu({
  name: 'Login Request',
  spec: 'RFC 7143 11.12',
  opcode: InitiatorOpcode.loginRequest,
  data: DataKind.text,
  fields: { ...immediate, ...login, versionMin: u8(3), ...sessionIdentifier, cid: u16(20), ...numberedRequest },
  initial: { immediate: true },
})

/** Answers it. */
export const LoginResponse = pdu({
  name: 'Login Response',
  spec: 'RFC 7143 11.13',
  opcode: TargetOpcode.loginResponse,
  data: DataKind.text,
  fields: {
    ...login,
    versionActive: u8(3),
    ...sessionIdentifier,
    ...numberedResponse,
    status: u16<LoginStatus>(36, LoginStatus),
  },
})
