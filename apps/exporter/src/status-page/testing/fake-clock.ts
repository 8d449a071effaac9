import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'

interface Timer {
  readonly atMs: number
  readonly call: () => void
}

/** A clock that goes on when it is told to. */
export class FakeClock implements Clock {
  #nowMs = 1_000_000
  readonly #timers = new Set<Timer>()

  readonly now = (): number => this.#nowMs
  readonly today = (): Date => new Date(Date.UTC(2026, 10, 29, 11, 0, 0) + this.#nowMs)

  readonly after = (milliseconds: number, call: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + milliseconds, call }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** So many milliseconds pass, and what is due is called, and what follows of it ends. */
  async pass(milliseconds: number): Promise<void> {
    // What has begun comes to where it waits for the clock.
    await nextTurn()
    const untilMs = this.#nowMs + milliseconds
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#nowMs = next.atMs
      this.#timers.delete(next)
      next.call()
      await nextTurn()
    }
    this.#nowMs = untilMs
    await nextTurn()
  }

  #next(untilMs: number): Timer | undefined {
    const [first] = [...this.#timers].sort((one, other) => one.atMs - other.atMs)
    return first !== undefined && first.atMs <= untilMs ? first : undefined
  }
}
