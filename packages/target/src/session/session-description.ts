import type { PortalAddress } from '../server/portal-address.ts'

/** Who talks with whom: what a person is shown of a session. */
export interface SessionDescription {
  /** As the initiator wrote it, in lower case. */
  readonly initiatorName: string
  /** What a person called the initiator; RFC 7143 13.7. */
  readonly initiatorAlias?: string
  /** 48 bits, RFC 7143 11.12.5. */
  readonly isid: number
  /** Empty in a discovery session that names no target. */
  readonly targetName: string
  readonly targetPortalGroupTag: number
  readonly discovery: boolean
  /** The target's handle of the session, RFC 7143 11.12.6. */
  readonly tsih: number
  readonly remote: PortalAddress
  readonly local: PortalAddress
}
