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
  /** The access rule that has let it in, whose LUNs it sees; left out: it came in by its name, or as one without an ACL. */
  readonly rule?: string
  /** The target's handle of the session, RFC 7143 11.12.6. */
  readonly tsih: number
  /** How its initiator has proved who it is: `AuthMethod` as it was agreed on, `None` where it has not; RFC 7143 12.1. */
  readonly authMethod: string
  /** Whether headers and data have digests (CRC32C), RFC 7143 13.1. */
  readonly headerDigest: boolean
  readonly dataDigest: boolean
  readonly remote: PortalAddress
  readonly local: PortalAddress
}
