import { RejectReason } from '@lunkit/pdu'

/** RFC 7143 7.1.5: at ErrorRecoveryLevel 0 nothing is sent again. */
export const serveSnack = (): RejectReason => RejectReason.snackReject
