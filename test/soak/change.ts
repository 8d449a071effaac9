/**
 * Something that was to change blocks: a write, or what makes them zeroes. Times are those of its ledger. A block may
 * hold it from `begunAt` on, until another change that began after `endedAt` is known to have happened.
 */
export class Change {
  readonly lba: number
  readonly blocks: number
  /** What the blocks hold if it happened. */
  readonly generation: number
  readonly begunAt: number
  /** When nothing more could happen of it; not yet, as long as it is under way or lost with a connection. */
  endedAt = Number.POSITIVE_INFINITY

  constructor(place: { lba: number; blocks: number }, generation: number, begunAt: number) {
    this.lba = place.lba
    this.blocks = place.blocks
    this.generation = generation
    this.begunAt = begunAt
  }
}
