import { checkArgument, object } from '@lunkit/wire'
import type { CounterPlace, GaugePlace, HistogramPlace } from './metric.ts'
import { observeIn, Row, secondsOf } from './row.ts'
import { bucketOf } from './scale.ts'

const ROW = object('a row, as row() hands it out', row => row instanceof Row)

/** Two rows, of two blocks maybe, in which the same is counted: a duration is brought to its bucket once. */
export class RowPair {
  readonly one: Row
  readonly other: Row

  /** @throws {TypeError} for what is no row. */
  constructor(one: Row, other: Row) {
    checkArgument('RowPair: one', one, ROW)
    checkArgument('RowPair: other', other, ROW)
    this.one = one
    this.other = other
  }

  /** Adds to a counter, or to a gauge, of each. */
  add(at: CounterPlace | GaugePlace, otherAt: CounterPlace | GaugePlace, n: number): void {
    const { words } = this.one
    words[at] = (words[at] as number) + n
    const { words: others } = this.other
    others[otherAt] = (others[otherAt] as number) + n
  }

  /** Something has taken so long, in milliseconds. */
  observe(at: HistogramPlace, otherAt: HistogramPlace, milliseconds: number): void {
    const seconds = secondsOf(milliseconds)
    const bucket = bucketOf(seconds)
    observeIn(this.one.words, at, bucket, seconds)
    observeIn(this.other.words, otherAt, bucket, seconds)
  }
}
