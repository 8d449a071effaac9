import type { Timers } from '../timers.ts'

/** When something that is done in place counts as too slow for that. */
export interface PaceRule {
  /**
   * An operation is slow when it took longer than this, and 1 µs more for each KiB. One alone means little: the system
   * may have let another thread run in between.
   */
  readonly slowAfterMs: number
  /** One that took longer than this has waited for the medium: it stops the rest at once. */
  readonly stopAfterMs: number
  /** So many slow ones stop the rest, where fewer than `fastPerSlow` fast ones lie between them. */
  readonly slowLimit: number
  readonly fastPerSlow: number
  /** How long it is stopped; twice as long each time it happens again within that time after. */
  readonly pauseMs: number
  readonly longestPauseMs: number
}

const MS_PER_BYTE = 0.001 / 1024

/** Whether operations may be done in place, judged by how long recent ones took. */
export class Pace {
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

  /** Notes how long one took; whether it was slow. */
  note(elapsedMs: number, lengthBytes: number): boolean {
    const { slowAfterMs, stopAfterMs, slowLimit, fastPerSlow } = this.#rule
    const overMs = elapsedMs - lengthBytes * MS_PER_BYTE
    if (overMs <= slowAfterMs) {
      if (this.#score > 0) this.#score--
      return false
    }
    // Each slow one weighs as much as the fast ones that make up for it.
    this.#score += fastPerSlow
    if (overMs > stopAfterMs || this.#score > (slowLimit - 1) * fastPerSlow) this.#pause()
    return true
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
