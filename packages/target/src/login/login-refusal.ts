import type { LoginStatus } from '@lunkit/pdu'

/** A login that is answered with a status other than success, RFC 7143 11.13.5. */
export class LoginRefusal extends Error {
  override readonly name = 'LoginRefusal'
  readonly status: LoginStatus

  constructor(status: LoginStatus, reason: string) {
    super(reason)
    this.status = status
  }
}
