/** No daemon is there to answer. */
export class NoDaemonError extends Error {
  override readonly name = 'NoDaemonError'
  /** Where it should be. */
  readonly path: string

  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`no lunkitd answers at ${path}: ${why}`, options)
    this.path = path
  }
}
