import type { Timers } from '../timers.ts'

interface Timer {
  readonly dueMs: number
  readonly run: () => void
}

/** A clock for tests: time passes when the test says so. */
export class ManualTimers implements Timers {
  #nowMs = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#nowMs
  }

  /** How many are set. */
  get set(): number {
    return this.#timers.size
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Lets time pass; what is due runs in the order of its time. */
  advance(ms: number): void {
    const end = this.#nowMs + ms
    for (;;) {
      const due = [...this.#timers].filter(timer => timer.dueMs <= end).sort((a, b) => a.dueMs - b.dueMs)[0]
      if (!due) break
      this.#timers.delete(due)
      this.#nowMs = due.dueMs
      due.run()
    }
    this.#nowMs = end
  }
}
