import type { LaneEvent } from 'lunkit'

/** Which disks have an operation that does not return, and since when that is known. */
export class StuckBook {
  readonly #since = new Map<string, Date>()
  readonly #now: () => Date

  constructor(now: () => Date = () => new Date()) {
    this.#now = now
  }

  /** What the lanes tell. */
  heard(event: LaneEvent): void {
    if (event.kind === 'stuck' && !this.#since.has(event.store)) this.#since.set(event.store, this.#now())
    else if (event.kind === 'returned') this.#since.delete(event.store)
  }

  /** Since when; undefined: all of its operations return. */
  since(disk: string): Date | undefined {
    return this.#since.get(disk)
  }
}
