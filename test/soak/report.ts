/** What is counted while the load runs. */
export type Counted =
  | 'reads'
  | 'writes'
  | 'zeroings'
  | 'flushes'
  | 'comparisons'
  | 'blocksChecked'
  | 'attentions'
  | 'refused'
  | 'absences'
  | 'beyondEnd'
  | 'lunsChanged'
  | 'sizeChanged'
  | 'faults'
  | 'aborted'
  | 'lost'
  | 'aborts'
  | 'unitResets'
  | 'drops'
  | 'logouts'
  | 'reinstatements'
  | 'logins'

/** How much of each was counted. */
export type Counts = Partial<Record<Counted, number>>

/** How many findings are kept in words; all are counted. */
const KEPT_FINDINGS = 50

/** What a load has done and found. */
export class Report {
  readonly counts: Counts = {}
  /** What was found to be wrong, in words. */
  readonly findings: string[] = []
  #found = 0

  count(what: Counted, times = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + times
  }

  /** Something is wrong. */
  find(what: string): void {
    this.#found++
    if (this.findings.length < KEPT_FINDINGS) this.findings.push(what)
  }

  /** How many findings there were. */
  get found(): number {
    return this.#found
  }
}

/** The sum of what several loads counted. */
export function sumOf(all: readonly Counts[]): Counts {
  const sum: Counts = {}
  for (const counts of all)
    for (const [what, times] of Object.entries(counts) as [Counted, number][]) sum[what] = (sum[what] ?? 0) + times
  return sum
}
