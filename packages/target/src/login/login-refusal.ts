import type { LoginStatus } from '@lunkit/pdu'
import { causeOfStatus, type LoginCause } from './login-cause.ts'

/** A login that is answered with a status other than success, RFC 7143 11.13.5. */
export class LoginRefusal extends Error {
  override readonly name = 'LoginRefusal'
  readonly status: LoginStatus
  /** As what it is counted. */
  readonly counted: LoginCause

  /** `counted` is for where the status does not say it. */
  constructor(status: LoginStatus, reason: string, counted: LoginCause = causeOfStatus(status)) {
    super(reason)
    this.status = status
    this.counted = counted
  }
}
