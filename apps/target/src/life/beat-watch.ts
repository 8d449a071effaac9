import type { ProcessorShare } from './processor-share.ts'

/** How often a side beats, and looks at the other. */
export const BEAT_MS = 250
/** After so many looks at the same count its thread stands still: 1.5 s, and one more period at the most. */
const STILL_LOOKS = 6
/** The same for one that would go on and gets no processor. */
const STARVED_LOOKS = 40
/** The same for one that loads modules, which it does in one turn: thirty seconds, on a machine that has much to do. */
const LOADING_LOOKS = 120

/** Whoever has run for so long has come to his beat, or is where he never will. */
const ENOUGH_MS = 100
const NO_SHARE: ProcessorShare = { ranMs: 0, waitedMs: 0 }

/** What a look has found that was not so before. */
export type Finding = { readonly kind: 'standsStill' } | { readonly kind: 'goesOn'; readonly forMs: number }

/**
 * Sees whether a thread goes on, by its count of beats. Looks are counted, not time: who was stopped himself, or got no turn, has not looked
 * and blames nobody. Nor is a thread blamed, before ten seconds have passed, that would go on and is given no processor.
 */
export class BeatWatch {
  readonly #share: () => ProcessorShare
  #count: number | undefined
  #looks = 0
  #sinceMs = 0
  #before: ProcessorShare = NO_SHARE
  #isStill = false

  /** `share` says what its thread has had of the processors so far. */
  constructor(share: () => ProcessorShare = () => NO_SHARE) {
    this.#share = share
  }

  /** Whether the thread stands still. */
  get isStill(): boolean {
    return this.#isStill
  }

  /** For how long, in milliseconds, at this time of a clock. */
  forMs(nowMs: number): number {
    return nowMs - this.#sinceMs
  }

  /** Looks, at this time of a clock in milliseconds. `isLoading`: the thread has said that it loads modules. */
  look(count: number, nowMs: number, isLoading = false): Finding | undefined {
    if (count !== this.#count) return this.#goesOn(count, nowMs)
    if (this.#looks++ === 0) this.#before = this.#share()
    if (this.#isStill || this.#looks < (isLoading ? LOADING_LOOKS : STILL_LOOKS)) return undefined
    this.#isStill = this.#looks >= STARVED_LOOKS || !this.#isStarved(nowMs)
    return this.#isStill ? { kind: 'standsStill' } : undefined
  }

  #goesOn(count: number, nowMs: number): Finding | undefined {
    const finding: Finding | undefined = this.#isStill ? { kind: 'goesOn', forMs: this.forMs(nowMs) } : undefined
    this.#count = count
    this.#looks = 0
    this.#sinceMs = nowMs
    this.#isStill = false
    return finding
  }

  /** It has waited for a processor most of the time, and what it had was not enough to come to its beat. */
  #isStarved(nowMs: number): boolean {
    const { ranMs, waitedMs } = this.#share()
    if (ranMs - this.#before.ranMs > ENOUGH_MS) return false
    return waitedMs - this.#before.waitedMs > this.forMs(nowMs) / 2
  }
}
