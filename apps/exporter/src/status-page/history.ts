import type { Load } from './load.ts'

/** What was going on at a time. */
export interface Point {
  /** Milliseconds of the clock. */
  readonly atMs: number
  /** Undefined: nobody knows. */
  readonly load: Load | undefined
}

/** So far back charts go. */
export const HISTORY_MS = 300_000
/** No more points than that are kept, however often is looked. */
const MOST_POINTS = 600

/** What went on in the last minutes, as far as somebody looked. */
export class History {
  #points: readonly Point[] = []

  /** The oldest first. */
  get points(): readonly Point[] {
    return this.#points
  }

  /** One more; what is too old is forgotten. */
  add(point: Point): void {
    const young = this.#points.filter(({ atMs }) => atMs >= point.atMs - HISTORY_MS)
    this.#points = [...young.slice(1 - MOST_POINTS), point]
  }
}
