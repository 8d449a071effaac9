/**
 * What may be used of something a second, and how much of it may be saved up: a token bucket. Who finds it not overdrawn may use what is
 * needed at once, however much that is; it is then overdrawn until time has paid for it, so that on average no more than the rate is used.
 */
export class Allowance {
  #perMs: number
  #most: number
  #level: number
  #atMs: number

  /** `perSecond` units, more than 0; `burstMs` is the time whose units may be saved up. It is full at first. */
  constructor(perSecond: number, burstMs: number, nowMs: number) {
    this.#perMs = perSecond / 1000
    this.#most = this.#perMs * burstMs
    this.#level = this.#most
    this.#atMs = nowMs
  }

  /** Another rate, or burst, from now on; what is owed, or was saved up, stays as far as it may. */
  change(perSecond: number, burstMs: number, nowMs: number): void {
    this.#refill(nowMs)
    this.#perMs = perSecond / 1000
    this.#most = this.#perMs * burstMs
    this.#level = Math.min(this.#level, this.#most)
  }

  /** For how many ms it is overdrawn still; 0: it may be used now. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs)
    return this.#level >= 0 ? 0 : -this.#level / this.#perMs
  }

  use(units: number): void {
    this.#level -= units
  }

  #refill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#atMs)
    this.#atMs = nowMs
    this.#level = Math.min(this.#most, this.#level + passedMs * this.#perMs)
  }
}
