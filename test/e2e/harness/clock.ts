import { TimerWheel } from '@lunkit/target'

const TICK_MS = 100

/** A clock that a test turns by hand, and the deadlines that hang on it. */
export class Clock {
  readonly wheel: TimerWheel
  #nowMs = 0

  constructor() {
    this.wheel = new TimerWheel({ clock: () => this.#nowMs, tickMs: TICK_MS })
  }

  /** Lets time pass, tick by tick; whatever comes due has its turn of the event loop. */
  async pass(ms: number): Promise<void> {
    for (const end = this.#nowMs + ms; this.#nowMs < end; ) {
      this.#nowMs += TICK_MS
      this.wheel.advance()
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  /** The process stands still for a while: nothing is read, and then time has passed at once. */
  standStill(ms: number): void {
    this.#nowMs += ms
    this.wheel.advance()
  }
}
