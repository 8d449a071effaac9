import type { Change } from './change.ts'

/** A change that a block may hold. */
interface Candidate {
  readonly change: Change
  /** From when on nobody can read it any more. */
  goneAt: number
}

/** What one block may hold: the last change known to have happened, and those that may have happened since. */
export class BlockHistory {
  #candidates: Candidate[]

  constructor(initial: Change) {
    this.#candidates = [{ change: initial, goneAt: Number.POSITIVE_INFINITY }]
  }

  /** A change is on its way. Candidates that no read from `oldestRead` on can see are forgotten. */
  begin(change: Change, oldestRead: number): void {
    if (this.#candidates.some(({ goneAt }) => goneAt < oldestRead))
      this.#candidates = this.#candidates.filter(({ goneAt }) => goneAt >= oldestRead)
    this.#candidates.push({ change, goneAt: Number.POSITIVE_INFINITY })
  }

  /** A change did not happen. */
  withdraw(change: Change): void {
    this.#candidates = this.#candidates.filter(candidate => candidate.change !== change)
  }

  /** A change has happened: what had ended before it began is overwritten. */
  happened(change: Change, now: number): void {
    this.#end(now, other => other !== change && other.endedAt < change.begunAt)
  }

  /** Whether a read that began at `readBegunAt` and ends now may have found this generation; if so, it settles what it can. */
  read(generation: number, { readBegunAt, now }: { readBegunAt: number; now: number }): boolean {
    const found = this.#candidates.filter(
      ({ change, goneAt }) => change.generation === generation && goneAt > readBegunAt,
    )
    const [first] = found
    if (!first) return false
    // What ended before the read began and is not what was found came before it, and is overwritten.
    this.#end(now, other => other.generation !== generation && other.endedAt < readBegunAt)
    if (found.length === 1) this.happened(first.change, now)
    return true
  }

  /** The generations that a read from now on may find. */
  possible(): number[] {
    return this.#candidates
      .filter(({ goneAt }) => goneAt === Number.POSITIVE_INFINITY)
      .map(({ change }) => change.generation)
  }

  /** Whether nothing of it is on its way: what it may hold now, it holds until somebody changes it. */
  get isSettled(): boolean {
    return this.#candidates.every(({ change }) => change.endedAt !== Number.POSITIVE_INFINITY)
  }

  #end(now: number, which: (change: Change) => boolean): void {
    for (const candidate of this.#candidates)
      if (candidate.goneAt === Number.POSITIVE_INFINITY && which(candidate.change)) candidate.goneAt = now
  }
}
