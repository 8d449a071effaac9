import type { ResultOf } from '@lunkit/control/client'

/** What lunkitd counts, as it tells it. */
export type Counters = ResultOf<'counters'>
/** One block of it. */
export type CountedBlock = Counters['blocks'][number]
/** One row of a block. */
export type CountedRow = CountedBlock['rows'][number]

/** What a histogram has counted. */
export interface Distribution {
  count: number
  sumSeconds: number
  /** How many did not exceed each bound. */
  readonly cumulative: number[]
}

/** All that one row says, or several that are told as one. */
export class Counts {
  readonly values: Float64Array
  readonly distributions = new Map<number, Distribution>()

  /** Of rows with so many cells; nothing is counted yet. */
  constructor(cells: number) {
    this.values = new Float64Array(cells)
  }

  /** What a row says is added. */
  add({ values, histograms }: Pick<CountedRow, 'values' | 'histograms'>): void {
    for (let at = 0; at < values.length; at += 2) {
      const cell = values[at] as number
      this.values[cell] = (this.values[cell] as number) + (values[at + 1] as number)
    }
    for (const [cell = 0, count = 0, sumSeconds = 0, ...cumulative] of histograms) {
      const known = this.distributions.get(cell)
      if (known === undefined) this.distributions.set(cell, { count, sumSeconds, cumulative })
      else addTo(known, { count, sumSeconds, cumulative })
    }
  }
}

function addTo(known: Distribution, more: Distribution): void {
  known.count += more.count
  known.sumSeconds += more.sumSeconds
  for (const [at, count] of more.cumulative.entries()) known.cumulative[at] = (known.cumulative[at] ?? 0) + count
}
