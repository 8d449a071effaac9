import type { Timers } from '../timers.ts'

/** When something that is done in place counts as too slow for that. */
export interface PaceRule {
  /** An operation is slow when it took longer than this, and 1 µs more for each KiB. */
  readonly slowAfterMs: number
  /** Slow operations in short succession that stop it: each adds one, every fourth fast one takes one away. */
  readonly slowLimit: number
  /** How long it is stopped; twice as long each time it happens again within that time after. */
  readonly pauseMs: number
  readonly longestPauseMs: number
}

const MS_PER_BYTE = 0.001 / 1024
const FAST_PER_SLOW = 4

/** Whether operations may be done in place, judged by how long recent ones took. */
export class Pace {
  /** How many were slow since the start. */
  slow = 0
  readonly #rule: PaceRule
  readonly #timers: Timers
  #score = 0
  #pausedUntilMs = 0
  #nextPauseMs: number
  #paused = false

  constructor(rule: PaceRule, timers: Timers) {
    this.#rule = rule
    this.#timers = timers
    this.#nextPauseMs = rule.pauseMs
  }

  /** Whether the next one may be done in place. */
  get allowed(): boolean {
    if (this.#paused && this.#timers.now() >= this.#pausedUntilMs) this.#paused = false
    return !this.#paused
  }

  /** Notes how long one took. */
  note(elapsedMs: number, lengthBytes: number): void {
    if (elapsedMs <= this.#rule.slowAfterMs + lengthBytes * MS_PER_BYTE) {
      if (this.#score > 0) this.#score--
      return
    }
    this.slow++
    this.#score += FAST_PER_SLOW
    if (this.#score >= this.#rule.slowLimit * FAST_PER_SLOW) this.#pause()
  }

  #pause(): void {
    const now = this.#timers.now()
    const again = this.#pausedUntilMs > 0 && now < this.#pausedUntilMs + this.#nextPauseMs
    this.#nextPauseMs = again ? Math.min(this.#nextPauseMs * 2, this.#rule.longestPauseMs) : this.#rule.pauseMs
    this.#pausedUntilMs = now + this.#nextPauseMs
    this.#paused = true
    this.#score = 0
  }
}
