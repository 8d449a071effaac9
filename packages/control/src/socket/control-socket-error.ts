/** A control socket that cannot be made. */
export class ControlSocketError extends Error {
  override readonly name = 'ControlSocketError'
  readonly path: string
  /** What is wrong with it. */
  readonly what: string
  /** Somebody listens there: when that ends, it can be made. */
  readonly inUse: boolean

  constructor(path: string, what: string, { inUse = false, ...options }: ErrorOptions & { inUse?: boolean } = {}) {
    super(`${path} ${what}`, options)
    this.path = path
    this.what = what
    this.inUse = inUse
  }
}
