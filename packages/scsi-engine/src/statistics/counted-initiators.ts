import { COUNTED_INITIATORS } from '../limits.ts'

/**
 * Which initiators of a target have rows of their own: as many at a time as `COUNTED_INITIATORS` says. All others share rows, so that
 * nobody fills memory by making up names.
 */
export class CountedInitiators {
  /** Of each target its initiators, with how many rows each has. */
  readonly #ofTarget = new Map<string, Map<string, number>>()

  /** An initiator gets one row more; false: it has none, and no place is left. */
  enter(target: string, initiator: string): boolean {
    const rows = this.#ofTarget.get(target) ?? new Map<string, number>()
    const had = rows.get(initiator)
    if (had === undefined && rows.size >= COUNTED_INITIATORS) return false
    rows.set(initiator, (had ?? 0) + 1)
    this.#ofTarget.set(target, rows)
    return true
  }

  /** It has given one back. */
  leave(target: string, initiator: string): void {
    const rows = this.#ofTarget.get(target)
    const left = (rows?.get(initiator) ?? 0) - 1
    if (left > 0) rows?.set(initiator, left)
    else rows?.delete(initiator)
    if (rows?.size === 0) this.#ofTarget.delete(target)
  }
}
