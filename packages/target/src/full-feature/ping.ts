import { NopIn, type NopOut, RESERVED_TAG, RejectReason } from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import type { FullFeatureConnection } from './full-feature-connection.ts'
import type { RequestBody } from './request.ts'

/** RFC 7143 11.18: answers a ping, or takes the answer to one. */
export function serveNopOut(
  home: FullFeatureConnection,
  { immediate, initiatorTaskTag, targetTransferTag }: View<typeof NopOut.fields>,
  body: RequestBody,
): RejectReason | undefined {
  // Whatever else is wrong with it, the peer is there.
  if (targetTransferTag !== RESERVED_TAG) home.keepalive.answered(targetTransferTag)
  // RFC 7143 11.18.1: one that asks for no answer is immediate.
  if (initiatorTaskTag === RESERVED_TAG) return immediate ? undefined : RejectReason.protocolError
  echo(home, initiatorTaskTag, body)
  return undefined
}

function echo(home: FullFeatureConnection, initiatorTaskTag: number, { data, slot }: RequestBody): void {
  const { outbox, session, maxSentBytes } = home
  session.window.open()
  const out = outbox.answer(NopIn)
  out.initiatorTaskTag = initiatorTaskTag
  out.targetTransferTag = RESERVED_TAG
  outbox.endWith(data.length > maxSentBytes ? data.subarray(0, maxSentBytes) : data, slot?.retain())
}
