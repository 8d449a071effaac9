import type { DROP, Pdu, ReceivedHeader } from '@lunkit/pdu'
import type { FullFeatureConnection } from './full-feature-connection.ts'

/** How one kind of PDU is received in the full feature phase. */
export interface PduRow {
  readonly pdu: Pdu
  /** Whether a discovery session takes it, RFC 7143 13.21. */
  readonly inDiscovery: boolean
  /** Whether it takes a place in the command window unless it is immediate, RFC 7143 4.2.2.1. */
  readonly numbered: boolean
  /** Whether `complete` is called even for a PDU that is going to be rejected. */
  readonly seesRejected: boolean
  /** Where its data goes. */
  header(home: FullFeatureConnection, header: ReceivedHeader): Uint8Array | typeof DROP
  /** It is all in; without data where there is none, or where its digest was wrong. */
  complete(
    home: FullFeatureConnection,
    header: ReceivedHeader,
    data: Uint8Array | undefined,
    digestRight: boolean,
  ): void
}
