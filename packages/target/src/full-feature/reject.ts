import { BHS_BYTES, type ReceivedHeader, Reject, type RejectReason } from '@lunkit/pdu'
import type { FullFeature } from './full-feature.ts'

/** Sends a Reject with the header of the PDU that it refuses, RFC 7143 11.17. */
export function sendReject(home: FullFeature, header: ReceivedHeader, reason: RejectReason): void {
  const { outbox } = home
  const out = outbox.answer(Reject)
  out.reason = reason
  const { view, at, ahsBytes } = header
  // Additional header segments are left out where the initiator would not take as much.
  const lengthBytes = BHS_BYTES + ahsBytes <= home.maxSentBytes ? BHS_BYTES + ahsBytes : BHS_BYTES
  outbox.endWith(new Uint8Array(view.buffer, view.byteOffset + at, lengthBytes))
}
