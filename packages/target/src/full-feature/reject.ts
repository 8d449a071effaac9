import { BHS_BYTES, type ReceivedHeader, Reject, RejectReason } from '@lunkit/pdu'
import { Counter } from '../statistics.ts'
import type { FullFeatureConnection } from './full-feature-connection.ts'

/** Refuses a PDU: sends a Reject with its header, RFC 7143 11.17. */
export function reject(
  { counts, outbox, maxSentBytes }: FullFeatureConnection,
  { view, at, ahsBytes }: ReceivedHeader,
  reason: RejectReason = RejectReason.commandNotSupported,
): void {
  counts.wrong('reject', Counter.pdusRejected)
  const out = outbox.answer(Reject)
  out.reason = reason
  // Additional header segments are left out where the initiator would not take as much.
  const lengthBytes = BHS_BYTES + ahsBytes <= maxSentBytes ? BHS_BYTES + ahsBytes : BHS_BYTES
  outbox.endWith(new Uint8Array(view.buffer, view.byteOffset + at, lengthBytes))
}
