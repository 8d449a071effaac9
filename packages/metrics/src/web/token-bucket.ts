import type { RateLimit } from './web-config.ts'

/** Lets so many through at once, and one more each interval. */
export class TokenBucket {
  readonly limit: RateLimit
  readonly #now: () => number
  #tokens: number
  #atMs: number

  /** A full one; `now` tells milliseconds. */
  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.limit = limit
    this.#now = now
    this.#tokens = limit.burst
    this.#atMs = now()
  }

  /** Whether one more may pass now; it has passed then. */
  take(): boolean {
    const nowMs = this.#now()
    this.#tokens = Math.min(this.limit.burst, this.#tokens + (nowMs - this.#atMs) / this.limit.intervalMs)
    this.#atMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
