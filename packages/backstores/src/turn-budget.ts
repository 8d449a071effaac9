import { storeLimits } from './limits.ts'

/** How much may be done in place in one turn of the event loop, so that the others get theirs. */
export class TurnBudget {
  /** Which turn it is, as far as something was done in it. */
  turn = 0
  readonly #bytes: number
  #left: number
  #pending = false

  constructor(bytesPerTurn: number) {
    this.#bytes = bytesPerTurn
    this.#left = bytesPerTurn
  }

  /**
   * Whether `lengthBytes` may still be done in this turn; they are taken from the budget then. Little always may: to hand
   * it to a lane would take this thread longer.
   */
  take(lengthBytes: number): boolean {
    if (lengthBytes > storeLimits.inPlaceFreeBytes) {
      if (lengthBytes > this.#left) return false
      this.#left -= lengthBytes
    }
    if (!this.#pending) {
      this.#pending = true
      setImmediate(this.#renew)
    }
    return true
  }

  readonly #renew = (): void => {
    this.#pending = false
    this.#left = this.#bytes
    this.turn++
  }
}
