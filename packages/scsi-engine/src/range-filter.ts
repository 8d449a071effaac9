import { ORDERS, touchesBlocks, waitsFor } from './ordering.ts'

/** Blocks that share one counter. */
const REGION_BLOCKS = 8
/** Counters an order; regions this far apart share one. A power of two. */
const COUNTERS = 4096
/** A range of more regions is not counted region by region. */
const WIDE_REGIONS = 64

const regionOf = (block: number): number => Math.floor(block / REGION_BLOCKS)

/**
 * Says quickly that a range overlaps no range under way, which is nearly always so: a counting filter by regions of the
 * medium, one for each rank of the ordering matrix. It may say `perhaps` where there is no overlap, never the reverse.
 */
export class RangeFilter {
  readonly #counters = ORDERS.map((_, rank) => new Uint16Array(touchesBlocks(rank) ? COUNTERS : 0))
  /** Ranges of each rank, and those of them that are too wide for the counters. */
  readonly #ranges = ORDERS.map(() => 0)
  readonly #wide = ORDERS.map(() => 0)

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
    for (let region = first; region <= last; region++) if (counters[region & (COUNTERS - 1)] !== 0) return true
    return false
  }

  #change(rank: number, start: number, end: number, by: 1 | -1): void {
    this.#ranges[rank] = (this.#ranges[rank] as number) + by
    const first = regionOf(start)
    const last = regionOf(end - 1)
    if (!(last - first < WIDE_REGIONS)) {
      this.#wide[rank] = (this.#wide[rank] as number) + by
      return
    }
    const counters = this.#counters[rank] as Uint16Array
    for (let region = first; region <= last; region++) {
      const at = region & (COUNTERS - 1)
      counters[at] = (counters[at] as number) + by
    }
  }
}
