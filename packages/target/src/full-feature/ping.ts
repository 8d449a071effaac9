import { NopIn, type NopOut, RESERVED_TAG, type ReceivedHeader, RejectReason } from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import type { FullFeature } from './full-feature.ts'

/** RFC 7143 11.18: answers a ping, or takes the answer to one. */
export function serveNopOut(
  home: FullFeature,
  { immediate, initiatorTaskTag, targetTransferTag }: View<typeof NopOut.fields>,
  data: Uint8Array,
  header: ReceivedHeader,
): void {
  if (targetTransferTag !== RESERVED_TAG) home.keepalive.answered(targetTransferTag)
  if (initiatorTaskTag !== RESERVED_TAG) echo(home, initiatorTaskTag, data)
  else if (!immediate) home.reject(header, RejectReason.protocolError)
}

function echo(home: FullFeature, initiatorTaskTag: number, data: Uint8Array): void {
  const { outbox, window, maxSentBytes } = home
  window.open()
  const out = outbox.begin(NopIn)
  out.initiatorTaskTag = initiatorTaskTag
  out.targetTransferTag = RESERVED_TAG
  out.statSN = outbox.takeStatSN()
  out.expCmdSN = window.expCmdSN
  out.maxCmdSN = window.maxCmdSN
  outbox.endWith(data.length > maxSentBytes ? data.subarray(0, maxSentBytes) : data)
}
