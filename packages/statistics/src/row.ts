import type { CounterPlace, GaugePlace, HistogramPlace } from './metric.ts'
import { bucketOf } from './scale.ts'

/** A row of a block that somebody has. */
export interface Seat {
  readonly index: number
  readonly key: string
  readonly words: Float64Array
  /** Where its totals go; undefined for the row that all totals end in. */
  readonly parent: Seat | undefined
  /** How many have it, as holders of a row or as rows whose totals will go there. */
  holders: number
}

/** The block, as its rows know it. */
export interface RowHome {
  /** One holder of a seat less. */
  leave(seat: Seat): void
  /** Where is counted what comes after a row was given back. */
  readonly rest: Float64Array
}

/** A row to count in, by the one thread that the block belongs to. Given back once, when what it is about goes. */
export class Row {
  readonly #home: RowHome
  readonly #seat: Seat
  #words: Float64Array
  #released = false

  /** @internal rows are handed out by blocks */
  constructor(home: RowHome, seat: Seat) {
    this.#home = home
    this.#seat = seat
    this.#words = seat.words
  }

  /** @internal */
  get seat(): Seat {
    return this.#seat
  }

  /** @internal where it counts */
  get words(): Float64Array {
    return this.#words
  }

  /** Whether it was given back. */
  get released(): boolean {
    return this.#released
  }

  /** Adds to a counter, or to a gauge; to a gauge a negative number too. */
  add(place: CounterPlace | GaugePlace, n = 1): void {
    const words = this.#words
    words[place] = (words[place] as number) + n
  }

  /** Sets a gauge. */
  set(place: GaugePlace, value: number): void {
    this.#words[place] = value
  }

  /** Something has taken so long, in milliseconds. */
  observe(place: HistogramPlace, milliseconds: number): void {
    const seconds = secondsOf(milliseconds)
    observeIn(this.#words, place, bucketOf(seconds), seconds)
  }

  /** What a counter or a gauge says now. */
  get(place: CounterPlace | GaugePlace): number {
    return this.#words[place] as number
  }

  /**
   * What it is about goes: when nobody else has a row of these labels, its totals are added to those of its parent. What is
   * counted afterwards counts for all that have gone. Does nothing the second time.
   */
  release(): void {
    if (this.#released) return
    this.#released = true
    this.#words = this.#home.rest
    this.#home.leave(this.#seat)
  }
}

/** What is no duration counts as none. */
export const secondsOf = (milliseconds: number): number => (milliseconds > 0 ? milliseconds * 0.001 : 0)

/** Counts a duration in a histogram of a row, in the bucket that it was brought to. */
export function observeIn(
  words: Float64Array,
  { sum, buckets }: HistogramPlace,
  bucket: number,
  seconds: number,
): void {
  const at = buckets + bucket
  words[at] = (words[at] as number) + 1
  words[sum] = (words[sum] as number) + seconds
}
