import { type FuzzCase, sizeOf } from './cases/case.ts'

interface Kept {
  readonly fuzzCase: FuzzCase
  readonly size: number
}

/** Features beyond this many are of cases so long that they show everything. */
const MOST_CASES = 4000

/**
 * Cases that showed something that no smaller one shows: for each feature the smallest case is kept, and a case that
 * is the smallest of none is dropped.
 */
export class Corpus {
  readonly #best = new Map<string, Kept>()
  #cases: FuzzCase[] | undefined

  /** How many different things were seen. */
  get features(): number {
    return this.#best.size
  }

  /** What was seen. */
  all(): Iterable<string> {
    return this.#best.keys()
  }

  get cases(): readonly FuzzCase[] {
    this.#cases ??= [...new Set([...this.#best.values()].map(({ fuzzCase }) => fuzzCase))].slice(-MOST_CASES)
    return this.#cases
  }

  /** Takes a case with what it showed; answers whether some of it was new. */
  add(fuzzCase: FuzzCase, features: ReadonlySet<string>): boolean {
    let size: number | undefined
    let isNew = false
    for (const feature of features) {
      const best = this.#best.get(feature)
      if (best && best.size <= SMALL_ENOUGH) continue
      size ??= sizeOf(fuzzCase)
      if (best && best.size <= size) continue
      isNew ||= !best
      this.#best.set(feature, { fuzzCase, size })
      this.#cases = undefined
    }
    return isNew
  }
}

/** Smaller cases are not looked for. */
const SMALL_ENOUGH = 400
