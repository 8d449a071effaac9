/** What is asked for work that has ended while the thread looks for more. */
export interface PolledWork {
  /** Takes up what has completed; whether there was any. */
  poll(): boolean
}

/** What polling is made of. */
export interface PollingOptions {
  /** How long the thread goes on after the last work, in microseconds; 0: not at all. */
  readonly pollUs: number
  /** A clock in milliseconds. */
  readonly clock?: () => number
  /** Runs a function in the next turn of the event loop: `setImmediate`. */
  readonly nextTurn?: (run: () => void) => void
}

/**
 * Keeps the event loop turning for a bounded time after work, so that what comes next is seen without a sleeping thread
 * being woken. It costs the core that it turns on, and nothing once that time is over.
 */
export class Polling {
  #pollMs: number
  readonly #clock: () => number
  readonly #nextTurn: (run: () => void) => void
  #work: PolledWork | undefined
  #worked = false
  #turning = false
  #untilMs = 0

  constructor({ pollUs, clock = () => performance.now(), nextTurn = setImmediate }: PollingOptions) {
    this.#pollMs = pollUs / 1000
    this.#clock = clock
    this.#nextTurn = nextTurn
  }

  /** How long the thread goes on after the last work, in microseconds; 0: not at all. */
  set pollUs(pollUs: number) {
    this.#pollMs = pollUs / 1000
  }

  /** Whether the thread looks for work now. */
  get turning(): boolean {
    return this.#turning
  }

  /** Asks there too, from now on. */
  watch(work: PolledWork): void {
    this.#work = work
  }

  /** Something has come in. */
  readonly worked = (): void => {
    if (this.#pollMs === 0) return
    this.#worked = true
    if (this.#turning) return
    this.#turning = true
    this.#nextTurn(this.#turn)
  }

  readonly #turn = (): void => {
    if (this.#work?.poll()) this.#worked = true
    const now = this.#clock()
    if (this.#worked) this.#untilMs = now + this.#pollMs
    this.#worked = false
    this.#turning = now < this.#untilMs
    if (this.#turning) this.#nextTurn(this.#turn)
  }
}
