/** The control socket that was named cannot be made; the message says why, in one line. */
export class ControlUnusable extends Error {
  override readonly name = 'ControlUnusable'
  /** Another process listens there: later it may be free. */
  readonly inUse: boolean

  constructor(message: string, { inUse, cause }: { readonly inUse: boolean; readonly cause: unknown }) {
    super(message, { cause })
    this.inUse = inUse
  }
}
