import { arrayOf, checkArgument, type Domain, object, wholeNumber } from '@lunkit/wire'
import { BUCKETS, lowerBound, toldOf, upperBound } from './scale.ts'

/** Durations of one bucket. */
export interface HistogramBucket {
  /** From so many seconds on. */
  readonly from: number
  /** Less than so many; the last bucket has no end. */
  readonly to: number
  readonly count: number
}

/** A bucket of a native histogram of Prometheus, by its index. */
export interface NativeBucket {
  readonly index: number
  readonly count: number
}

const QUANTILE: Domain = {
  type: 'number',
  words: 'a number from 0 to 1',
  has: (quantile: number) => quantile >= 0 && quantile <= 1,
}
const BOUNDS: Domain = {
  type: 'object',
  words: 'an array of seconds above 0, each above the one before it',
  has: rise,
}
/** The schemas that Prometheus knows and these buckets are fine enough for. */
const SCHEMA = wholeNumber(0, 3)

/** It is asked for each of thousands of histograms. */
function rise(bounds: unknown): boolean {
  if (!Array.isArray(bounds)) return false
  let last = 0
  for (const bound of bounds as readonly unknown[]) {
    if (typeof bound !== 'number' || !(bound > last)) return false
    last = bound
  }
  return true
}

/** How long things took, as it was when it was read. All times are in seconds. */
export class Histogram {
  static readonly empty: Histogram = new Histogram(new Float64Array(BUCKETS), 0, 0)

  /** How many durations. */
  readonly count: number
  /** All of them together. */
  readonly sumSeconds: number
  /** The buckets that are not empty, in rising order, and what each has counted: a few of hundreds. */
  readonly #filled: readonly number[]
  readonly #counts: readonly number[]

  /** @internal histograms are read from rows: their buckets are the words from `first` on */
  constructor(words: Float64Array, first: number, sumSeconds: number) {
    const filled: number[] = []
    const counts: number[] = []
    let sum = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = words[first + bucket] as number
      if (count === 0) continue
      filled.push(bucket)
      counts.push(count)
      sum += count
    }
    this.#filled = filled
    this.#counts = counts
    this.count = sum
    this.sumSeconds = sumSeconds
  }

  /**
   * What several have in common: those of several rows, or threads.
   * @throws {TypeError} for what are no histograms.
   */
  static merged(histograms: readonly Histogram[]): Histogram {
    checkArgument('Histogram.merged: histograms', histograms, HISTOGRAMS)
    const counts = new Float64Array(BUCKETS)
    let sumSeconds = 0
    for (const histogram of histograms) {
      sumSeconds += histogram.sumSeconds
      histogram.#each((bucket, count) => {
        counts[bucket] = (counts[bucket] as number) + count
      })
    }
    return new Histogram(counts, 0, sumSeconds)
  }

  /**
   * The duration that this part of all did not exceed, within 3.1 % of the true one from 1 µs to 100 s; 0 when there are none.
   * @throws {TypeError} or {RangeError} for what is no number from 0 to 1.
   */
  quantile(quantile: number): number {
    checkArgument('Histogram.quantile: quantile', quantile, QUANTILE)
    let left = Math.max(1, Math.ceil(quantile * this.count))
    for (const [at, bucket] of this.#filled.entries()) {
      left -= this.#counts[at] as number
      if (left <= 0) return toldOf(bucket)
    }
    return 0
  }

  /** The buckets that are not empty, the shortest durations first. */
  buckets(): HistogramBucket[] {
    return this.#filled.map((bucket, at) => ({
      from: lowerBound(bucket),
      to: upperBound(bucket),
      count: this.#counts[at] as number,
    }))
  }

  /**
   * How many did not exceed each bound, for the `le` buckets of a classic histogram of Prometheus. A bound inside a
   * bucket gets its part of it.
   * @throws {TypeError} or {RangeError} for what are no bounds in rising order.
   */
  cumulative(boundsSeconds: readonly number[]): number[] {
    checkArgument('Histogram.cumulative: boundsSeconds', boundsSeconds, BOUNDS)
    const buckets = this.buckets()
    let at = 0
    let below = 0
    return boundsSeconds.map(bound => {
      // Both rise: what ends below this bound does so below those that follow.
      for (; at < buckets.length && (buckets[at] as HistogramBucket).to <= bound; at++)
        below += (buckets[at] as HistogramBucket).count
      const divided = buckets[at]
      return divided === undefined ? below : below + withinBound(divided, bound)
    })
  }

  /**
   * The buckets of a native histogram of Prometheus of this schema: `index` holds what lasts longer than
   * 2 ** ((index - 1) / 2 ** schema) seconds and not longer than 2 ** (index / 2 ** schema). Exact with schema 0; with a finer one,
   * a bucket that reaches into two counts where its middle lies.
   * @throws {TypeError} or {RangeError} for a schema that these buckets are too coarse for.
   */
  native(schema: number): NativeBucket[] {
    checkArgument('Histogram.native: schema', schema, SCHEMA)
    const counts = new Map<number, number>()
    this.#each((bucket, count) => {
      const index = Math.ceil(Math.log2(toldOf(bucket)) * 2 ** schema)
      counts.set(index, (counts.get(index) ?? 0) + count)
    })
    return [...counts].map(([index, count]) => ({ index, count }))
  }

  #each(visit: (bucket: number, count: number) => void): void {
    for (const [at, bucket] of this.#filled.entries()) visit(bucket, this.#counts[at] as number)
  }
}

const HISTOGRAMS = arrayOf(object('a histogram', histogram => histogram instanceof Histogram))

/**
 * How many of a bucket that ends beyond a bound lie below it. Never rounded up: together, rows have then no less than each by itself, so that
 * the sum does not go back when the totals of one go to another.
 */
function withinBound({ from, to, count }: HistogramBucket, bound: number): number {
  if (bound <= from || to === Number.POSITIVE_INFINITY) return 0
  return Math.floor((count * (bound - from)) / (to - from))
}
