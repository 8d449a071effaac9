/** A control socket that cannot be made. */
export class ControlSocketError extends Error {
  override readonly name = 'ControlSocketError'
  readonly path: string
  /** What is wrong with it. */
  readonly what: string

  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`${path} ${what}`, options)
    this.path = path
    this.what = what
  }
}
