import { encodeText, LoginStatus } from '@lunkit/pdu'
import { formatAddress } from '../server/portal-address.ts'
import type { GroupRedirection } from '../server/target.ts'
import { causeOfStatus, type LoginCause } from './login-cause.ts'

const NO_TEXT = new Uint8Array(0)

/** A login that is answered with a status other than success, RFC 7143 11.13.5. */
export class LoginRefusal extends Error {
  override readonly name: string = 'LoginRefusal'
  readonly status: LoginStatus
  /** What is said beside the status. */
  readonly text: Uint8Array = NO_TEXT
  /** As what it is counted. */
  readonly counted: LoginCause

  /** `counted` is for where the status does not say it. */
  constructor(status: LoginStatus, reason: string, counted: LoginCause = causeOfStatus(status)) {
    super(reason)
    this.status = status
    this.counted = counted
  }
}

/** A login that is sent elsewhere, RFC 7143 11.13.5. */
export class LoginRedirection extends LoginRefusal {
  override readonly name = 'LoginRedirection'
  override readonly text: Uint8Array

  constructor(what: string, { host, port, permanent = false }: GroupRedirection) {
    const status = permanent ? LoginStatus.targetMovedPermanently : LoginStatus.targetMovedTemporarily
    const address = formatAddress({ host, port })
    super(status, `${what} is ${permanent ? 'for good' : 'for now'} at ${address}`)
    // RFC 7143 13.8: without the tag of a group, which nobody here knows.
    this.text = encodeText([['TargetAddress', address]])
  }
}
