/** A listener by TLS that cannot be opened, or files of one that cannot be used. */
export class ControlTlsError extends Error {
  override readonly name = 'ControlTlsError'
  /** What it is about: the path of a file, or an address. */
  readonly path: string
  /** What is wrong with it. */
  readonly what: string
  /** Another process listens there: when that ends, this one can. */
  readonly inUse: boolean

  constructor(path: string, what: string, { inUse = false, ...options }: ErrorOptions & { inUse?: boolean } = {}) {
    super(`${path} ${what}`, options)
    this.path = path
    this.what = what
    this.inUse = inUse
  }
}
