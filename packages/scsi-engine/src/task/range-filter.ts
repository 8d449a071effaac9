import { ORDERS, touchesBlocks, waitsFor } from './ordering.ts'

/** Blocks that share one counter. */
const REGION_BLOCKS = 8
/** Counters an order at first; regions this far apart share one. A power of two. */
const COUNTERS = 4096
/** What a filter grows by, and up to. */
const GROWTH = 8
const COUNTERS_AT_MOST = COUNTERS * GROWTH
/** With more ranges than this part of the counters, too many regions share one. */
const CROWDED_FROM = 1 / 16
/** A range of more regions is not counted region by region. */
const WIDE_REGIONS = 64

const NONE = new Uint16Array(0)

const regionOf = (block: number): number => Math.floor(block / REGION_BLOCKS)

/**
 * Says quickly that a range overlaps no range under way, which is nearly always so: a counting filter by regions of the
 * medium, one for each rank of the ordering matrix. It may say `perhaps` where there is no overlap, never the reverse.
 */
export class RangeFilter {
  /** Of each rank, none before its first range: of many units most are never written, or not read. */
  readonly #counters: Uint16Array[] = ORDERS.map(() => NONE)
  /** Turns a region into the number of its counter. */
  readonly #mask: number
  /** Ranges of each rank, and those of them that are too wide for the counters. */
  readonly #ranges = ORDERS.map(() => 0)
  readonly #wide = ORDERS.map(() => 0)
  readonly #crowdedFrom: number
  #crowded = false

  constructor(counters = COUNTERS) {
    this.#mask = counters - 1
    this.#crowdedFrom = counters < COUNTERS_AT_MOST ? counters * CROWDED_FROM : Number.POSITIVE_INFINITY
  }

  /** Whether so many ranges of one rank were under way at once that a larger filter would tell more of them apart. */
  get isCrowded(): boolean {
    return this.#crowded
  }

  /** A larger filter, with nothing in it. */
  larger(): RangeFilter {
    return new RangeFilter((this.#mask + 1) * GROWTH)
  }

  /** Counts the range from block `start` up to and not including `end`. */
  add(rank: number, start: number, end: number): void {
    this.#change(rank, start, end, 1)
  }

  /** Takes a range back that was added. */
  remove(rank: number, start: number, end: number): void {
    this.#change(rank, start, end, -1)
  }

  /** False: a command of this rank that touches these blocks waits for none of those counted. */
  mayWait(rank: number, start: number, end: number): boolean {
    for (let earlier = 0; earlier < ORDERS.length; earlier++)
      if ((this.#ranges[earlier] as number) > 0 && waitsFor(rank, earlier) && this.#mayOverlap(earlier, start, end))
        return true
    return false
  }

  #mayOverlap(rank: number, start: number, end: number): boolean {
    if ((this.#wide[rank] as number) > 0) return true
    const first = regionOf(start)
    const last = regionOf(end - 1)
    if (!(last - first < WIDE_REGIONS)) return true
    const counters = this.#counters[rank] as Uint16Array
    for (let region = first; region <= last; region++) if (counters[region & this.#mask] !== 0) return true
    return false
  }

  #change(rank: number, start: number, end: number, by: 1 | -1): void {
    const ranges = (this.#ranges[rank] as number) + by
    this.#ranges[rank] = ranges
    if (ranges > this.#crowdedFrom) this.#crowded = true
    const first = regionOf(start)
    const last = regionOf(end - 1)
    if (!(last - first < WIDE_REGIONS)) {
      this.#wide[rank] = (this.#wide[rank] as number) + by
      return
    }
    const counters = this.#countersOf(rank)
    for (let region = first; region <= last; region++) {
      const at = region & this.#mask
      counters[at] = (counters[at] as number) + by
    }
  }

  #countersOf(rank: number): Uint16Array {
    if (this.#counters[rank] === NONE && touchesBlocks(rank)) this.#counters[rank] = new Uint16Array(this.#mask + 1)
    return this.#counters[rank] as Uint16Array
  }
}
