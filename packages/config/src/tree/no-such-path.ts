/** A path of targetcli's tree where nothing is. */
export class NoSuchPath extends RangeError {
  override readonly name = 'NoSuchPath'
  /** The deepest path that failed: what is above it is there. */
  readonly path: string
  /** The nearest path that is there: a name much like it, else what is above it. */
  readonly nearest: string

  constructor(path: string, nearest: string) {
    super(`No such path ${path}`)
    this.path = path
    this.nearest = nearest
  }
}
