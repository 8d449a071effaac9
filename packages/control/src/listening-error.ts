/** What is to listen and cannot, or a file that it needs and that cannot be used. */
export abstract class ListeningError extends Error {
  /** What it is about: the path of a socket or of a file, or an address. */
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
