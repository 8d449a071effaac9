/** RFC 7143 11.4.5: how the length of a command's data differs from what the initiator expected. */
export interface Residual {
  overflow: boolean
  underflow: boolean
  residualCount: number
}

/** Writes the residual of a command whose data is `presentedBytes` long where `expectedBytes` were expected. */
export function writeResidual(out: Residual, presentedBytes: number, expectedBytes: number): void {
  if (presentedBytes > expectedBytes) {
    out.overflow = true
    out.residualCount = presentedBytes - expectedBytes
  } else if (presentedBytes < expectedBytes) {
    out.underflow = true
    out.residualCount = expectedBytes - presentedBytes
  }
}
