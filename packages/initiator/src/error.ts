import { LoginStatus, RejectReason, TaskManagementResponseCode } from '@lunkit/pdu'
import { decodeSense, type SenseData, SenseError, type SenseKey, senseName } from '@lunkit/scsi'
import { statusName } from '@lunkit/scsi/transport'

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`

const nameIn = (list: Readonly<Record<string, number>>, value: number, digits: number): string =>
  Object.entries(list).find(([, code]) => code === value)?.[0] ?? hex(value, digits)

/** The connection is gone: nothing that was on its way has an outcome that is known. */
export class ConnectionError extends Error {
  override readonly name: string = 'ConnectionError'
}

/** What was waited for took longer than it was given. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly timeoutMs: number

  constructor(message: string, timeoutMs: number) {
    super(message)
    this.timeoutMs = timeoutMs
  }
}

/** The target broke RFC 7143; the connection was closed. */
export class ProtocolError extends ConnectionError {
  override readonly name = 'ProtocolError'
}

/** The target refused the login. */
export class LoginError extends ConnectionError {
  override readonly name = 'LoginError'
  /** Which side ended the login. */
  readonly refusedBy = 'target'
  /** RFC 7143 11.13.5, one of `LoginStatus` as far as it is known. */
  readonly status: number
  /** Its name in `LoginStatus`, such as `authorizationFailure`; the number in hex for one that is not known. */
  readonly statusName: string

  constructor(status: number, what: string) {
    const statusName = nameIn(LoginStatus, status, 4)
    super(`${what} (login status ${statusName})`)
    this.status = status
    this.statusName = statusName
  }
}

/** Why an initiator does not take a target for the one that it was to be. */
export const AuthenticationFault = {
  /** It went on without an authentication, though that was asked of it. */
  skipped: 'skipped',
  /** It did not answer our challenge. */
  unproven: 'unproven',
  /** It answered it by another secret. */
  wrongResponse: 'wrongResponse',
  /** It answered it by another name. */
  wrongName: 'wrongName',
  /** It sent back a challenge of ours, so that we would answer it ourselves. */
  reflected: 'reflected',
} as const
export type AuthenticationFault = (typeof AuthenticationFault)[keyof typeof AuthenticationFault]

/** This initiator refused the target: it is not, or did not show to be, the one that it has to be. */
export class AuthenticationError extends ConnectionError {
  override readonly name = 'AuthenticationError'
  /** Which side ended the login. */
  readonly refusedBy = 'initiator'
  readonly fault: AuthenticationFault

  constructor(fault: AuthenticationFault, what: string) {
    super(`the target was refused: ${what}`)
    this.fault = fault
  }
}

/** The target refused a request with a Reject PDU; it has no other outcome. */
export class RejectedError extends Error {
  override readonly name = 'RejectedError'
  /** RFC 7143 11.17.1, one of `RejectReason` as far as it is known. */
  readonly reason: number

  constructor(reason: number, what: string) {
    super(`the target rejected ${what}: ${nameIn(RejectReason, reason, 2)}`)
    this.reason = reason
  }
}

/** A task management function ended the command. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError'
}

/** A task management function was not carried out. */
export class TaskManagementError extends Error {
  override readonly name = 'TaskManagementError'
  /** RFC 7143 11.6.1, one of `TaskManagementResponseCode` as far as it is known. */
  readonly response: number

  constructor(response: number, what: string) {
    super(`${what} was answered with ${nameIn(TaskManagementResponseCode, response, 2)}`)
    this.response = response
  }
}

/** A command that ended with another status than GOOD. */
export class ScsiError extends Error {
  override readonly name = 'ScsiError'
  /** SAM-5 5.3.1, one of `Status` as far as it is known. */
  readonly status: number
  /** Its name in `Status`, such as `checkCondition`; the number in hex for one that is not known. */
  readonly statusName: string
  /** What the target says of it, with CHECK CONDITION. */
  readonly sense: SenseData | undefined
  readonly senseBytes: Uint8Array

  constructor(command: string, status: number, senseBytes: Uint8Array) {
    const sense = readSense(senseBytes)
    const name = statusName(status)
    super(`${command}: ${name}${sense ? `, ${senseText(sense)}` : ''}`)
    this.status = status
    this.statusName = name
    this.sense = sense
    this.senseBytes = senseBytes
  }

  /** The sense key, one of `SenseKey`; undefined without sense data. */
  get senseKey(): SenseKey | undefined {
    return this.sense?.code.key
  }

  /** The name of sense key, ASC and ASCQ together in `Sense`, such as `writeProtected`; undefined without sense data. */
  get senseName(): string | undefined {
    return this.sense && senseName(this.sense.code)
  }
}

function readSense(bytes: Uint8Array): SenseData | undefined {
  try {
    return decodeSense(bytes)
  } catch (error) {
    if (error instanceof SenseError) return undefined
    throw error
  }
}

function senseText({ code, pointer, information }: SenseData): string {
  const place = pointer
    ? `, byte ${pointer.byte}${pointer.bit === undefined ? '' : ` bit ${pointer.bit}`} of ${pointer.in}`
    : ''
  const about = information === undefined ? '' : `, information ${information}`
  return `${senseName(code)}${place}${about}`
}
