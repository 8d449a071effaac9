/**
 * What is cheaper done together, such as the reads of a store: it is put off while PDUs are decoded, and done before
 * what came of them is sent. `lanes.reads` of @lunkit/backstores is one.
 */
export interface Batch {
  /** A connection begins to decode what it has read from its socket. */
  begin(): void
  /** It has decoded it: what was put off is done now, and has been answered when this returns, or is under way. */
  end(): void
}
