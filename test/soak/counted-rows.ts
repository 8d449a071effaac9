/** How many rows of statistics are taken, by block. */
export type RowsTaken = Readonly<Record<string, number>>

/** The rows of a host, without those that are there for what was edited. */
export class CountedRows {
  /** Of nexuses, when it was looked for the first time. */
  #first: number | undefined

  /**
   * `own` are those of what was edited, `nexusesAtMost` what nexuses may have counted in by it: who has a LUN map keeps its rows when it
   * goes, and whether it has come only initiators know.
   */
  left(taken: RowsTaken, { own, nexusesAtMost }: { readonly own: number; readonly nexusesAtMost: number }): number {
    const { nexuses = 0 } = taken
    this.#first ??= nexuses
    const others = Object.values(taken).reduce((sum, rows) => sum + rows, 0) - nexuses
    return others - own + Math.max(0, nexuses - this.#first - nexusesAtMost)
  }
}
