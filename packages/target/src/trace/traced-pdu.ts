import type { PortalAddress } from '../server/portal-address.ts'

/** A PDU that a trace has seen. Nothing of it changes afterwards. */
export interface TracedPdu {
  /** When it was all in, or was composed: nanoseconds since 1970. */
  readonly timeNs: bigint
  readonly fromInitiator: boolean
  readonly initiator: PortalAddress
  readonly target: PortalAddress
  /** Basic header and additional header segments, as they are on the wire. */
  readonly header: Uint8Array
  /** Length of its data segment in bytes, without padding. */
  readonly dataLength: number
  /**
   * As much of the data segment as the trace shows: texts (RFC 7143 6.1) whole but for their secrets, sense data and parameters whole, of
   * others the first bytes.
   */
  readonly data: Uint8Array
  /** Whether digests follow its header and its data segment. */
  readonly headerDigest: boolean
  readonly dataDigest: boolean
  /** False for a data segment that came damaged. */
  readonly digestRight: boolean
  /** Bytes of the PDUs of its direction that the trace has seen of its connection before. */
  readonly offset: number
}

/** Hears of PDUs. It must not throw. */
export type PduListener = (pdu: TracedPdu) => void
