/** A web configuration that cannot be used, or a file that it names; it shows nothing of what is secret in it. */
export class WebConfigError extends Error {
  override readonly name = 'WebConfigError'
  /** The file that it is about. */
  readonly path: string

  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`${path}: ${what}`, options)
    this.path = path
  }
}
