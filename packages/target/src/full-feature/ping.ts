import { NopIn, type NopOut, RESERVED_TAG, type ReceivedHeader, RejectReason } from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import type { FullFeature } from './full-feature.ts'
import type { RequestBody } from './pdu-table.ts'

/** RFC 7143 11.18: answers a ping, or takes the answer to one. */
export function serveNopOut(
  home: FullFeature,
  { immediate, initiatorTaskTag, targetTransferTag }: View<typeof NopOut.fields>,
  body: RequestBody,
  header: ReceivedHeader,
): void {
  if (targetTransferTag !== RESERVED_TAG) home.keepalive.answered(targetTransferTag)
  if (initiatorTaskTag !== RESERVED_TAG) echo(home, initiatorTaskTag, body)
  else if (!immediate) home.reject(header, RejectReason.protocolError)
}

function echo(home: FullFeature, initiatorTaskTag: number, { data, slot }: RequestBody): void {
  const { outbox, window, maxSentBytes } = home
  window.open()
  const out = outbox.begin(NopIn)
  out.initiatorTaskTag = initiatorTaskTag
  out.targetTransferTag = RESERVED_TAG
  out.statSN = outbox.takeStatSN()
  out.expCmdSN = window.expCmdSN
  out.maxCmdSN = window.maxCmdSN
  outbox.endWith(data.length > maxSentBytes ? data.subarray(0, maxSentBytes) : data, slot?.retain())
}
