/** Why a stream of PDUs cannot go on. */
export const PduFault = {
  /** RFC 7143 7.8: at ErrorRecoveryLevel 0 the connection ends. */
  headerDigest: 'headerDigest',
  dataSegmentTooLong: 'dataSegmentTooLong',
  ahsTooLong: 'ahsTooLong',
} as const
export type PduFault = (typeof PduFault)[keyof typeof PduFault]

/** A PDU after which the stream cannot be followed any further; the connection ends. */
export class PduError extends Error {
  override readonly name = 'PduError'
  readonly fault: PduFault
  /** Where in the stream, in bytes since its start, the PDU begins. */
  readonly offset: number

  constructor(fault: PduFault, offset: number, message: string) {
    super(`PDU at byte ${offset} of the connection: ${message}`)
    this.fault = fault
    this.offset = offset
  }
}

/** Additional header segments that contradict themselves: the PDU is answered with Reject (invalid PDU field). */
export class AhsError extends Error {
  override readonly name = 'AhsError'
}

/** A text that breaks RFC 7143 6.1, or a limit. */
export class TextError extends RangeError {
  override readonly name: string = 'TextError'
}

/** A text that is longer, or has more keys, than is taken. */
export class TextLimitError extends TextError {
  override readonly name = 'TextLimitError'
}
