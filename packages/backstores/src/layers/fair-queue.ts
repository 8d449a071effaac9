import type { StoreRequest } from '../store/store-request.ts'
import { Account } from './limit-rule.ts'

/** What a source waits with, and what it may still do. */
export class Source {
  readonly name: string | undefined
  readonly account = new Account()
  /** In the order in which they came. A hurried one leaves a gap. */
  readonly waiting: StoreRequest[] = []
  /** How much of its turn is left, in what `FairQueue` counts as cost. */
  deficit = 0

  constructor(name: string | undefined) {
    this.name = name
  }
}

/**
 * Operations that wait, by source. Who is next is told by deficit round robin: each source that waits has its turn after the other, in which
 * it may do operations of a quantum's cost, and what it has not used of that the next time.
 */
export class FairQueue {
  /** Those that wait, whose turn it is first. */
  readonly #turns: Source[] = []
  #size = 0
  #isTurnBegun = false

  /** How many operations wait. */
  get size(): number {
    return this.#size
  }

  put(source: Source, request: StoreRequest): void {
    if (source.waiting.length === 0) this.#turns.push(source)
    source.waiting.push(request)
    this.#size++
  }

  /** Takes one out that waits, whosever turn it is. False: it does not wait here. */
  remove(source: Source, request: StoreRequest): boolean {
    const at = source.waiting.indexOf(request)
    if (at < 0) return false
    source.waiting.splice(at, 1)
    this.#size--
    if (source.waiting.length === 0) this.#leave(source)
    return true
  }

  /** The sources that wait. */
  get sources(): readonly Source[] {
    return this.#turns
  }

  /** Takes out the operation that is next, of the sources that `may`; undefined: none of them may. */
  next(
    may: (source: Source) => boolean,
    costOf: (request: StoreRequest) => number,
  ): { readonly source: Source; readonly request: StoreRequest } | undefined {
    // A turn pays for the dearest operation that is first of its source: nobody needs a second turn for one, and little ones are not done
    // by the dozen while another source waits with its own.
    const quantum = Math.max(...this.#turns.map(({ waiting }) => costOf(waiting[0] as StoreRequest)))
    for (let tries = 2 * this.#turns.length; tries > 0; tries--) {
      const source = this.#turns[0] as Source
      const request = source.waiting[0] as StoreRequest
      if (may(source)) {
        if (!this.#isTurnBegun) source.deficit += quantum
        this.#isTurnBegun = true
        const cost = costOf(request)
        if (cost <= source.deficit) {
          source.deficit -= cost
          this.remove(source, request)
          return { source, request }
        }
      }
      this.#pass()
    }
    return undefined
  }

  #pass(): void {
    const first = this.#turns.shift()
    if (first) this.#turns.push(first)
    this.#isTurnBegun = false
  }

  /** Who has nothing to do saves nothing up for later. */
  #leave(source: Source): void {
    const at = this.#turns.indexOf(source)
    if (at === 0) this.#isTurnBegun = false
    this.#turns.splice(at, 1)
    source.deficit = 0
  }
}
