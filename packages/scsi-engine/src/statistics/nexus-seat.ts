import type { Row } from '@lunkit/statistics'

/** The row in which an initiator is counted at a unit, as one who has it: a nexus, or the map that lets its initiator in. */
export class NexusSeat {
  readonly row: Row
  readonly #left: () => void

  /** `left` is called once, when it is given back. */
  constructor(row: Row, left: () => void = () => {}) {
    this.row = row
    this.#left = left
  }

  /** Gives it back. Does nothing the second time. */
  release(): void {
    if (this.row.released) return
    this.row.release()
    this.#left()
  }
}
