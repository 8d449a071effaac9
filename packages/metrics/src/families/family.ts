/** A family of metrics as Prometheus knows it. */
export interface Family {
  /** That of a counter ends in `_total`. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** In a line. */
  readonly help: string
  /** The names of its labels, without `le`. */
  readonly labels: readonly string[]
  /** Its series are there from their first event on, and not at 0 before: they would be too many. */
  readonly sparse?: true
}
