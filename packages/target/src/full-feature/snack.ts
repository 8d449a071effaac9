import { type ReceivedHeader, RejectReason, type SnackRequest } from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import type { FullFeature } from './full-feature.ts'
import type { RequestBody } from './pdu-table.ts'

/** RFC 7143 7.1.5: at ErrorRecoveryLevel 0 nothing is sent again. */
export function serveSnack(
  home: FullFeature,
  _view: View<typeof SnackRequest.fields>,
  _body: RequestBody,
  header: ReceivedHeader,
): void {
  home.reject(header, RejectReason.snackReject)
}
