/** Metrics cannot be served where they are to be; the message says why, in one line. */
export class MetricsUnusable extends Error {
  override readonly name = 'MetricsUnusable'
  /** Another process listens there: later it may be free. */
  readonly inUse: boolean

  constructor(message: string, inUse: boolean) {
    super(message)
    this.inUse = inUse
  }
}
