/** A setting that no server changes while it serves. Nothing has changed. */
export class FixedSetting extends Error {
  override readonly name = 'FixedSetting'
  /** Where it stands: `lunkit.limits.transfer_memory_bytes`. */
  readonly path: string
  readonly what: string
  readonly right: string

  constructor(path: string, { what, right }: { readonly what: string; readonly right: string }) {
    super(`${path}: ${what}; right is ${right}`)
    this.path = path
    this.what = what
    this.right = right
  }
}
