import type { Timers } from '@lunkit/target'

interface Deadline {
  readonly dueMs: number
  readonly action: () => void
}

/** A clock that a test turns by hand, to the millisecond, with the deadlines that hang on it. */
export class ExactClock implements Timers {
  now = 0
  readonly #deadlines = new Set<Deadline>()

  after(delayMs: number, action: () => void): () => void {
    const deadline = { dueMs: this.now + delayMs, action }
    this.#deadlines.add(deadline)
    return () => void this.#deadlines.delete(deadline)
  }

  /** How many deadlines are set. */
  get pending(): number {
    return this.#deadlines.size
  }

  /** Lets time pass; what comes due has its turn of the event loop. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms
    const next = () => [...this.#deadlines].filter(({ dueMs }) => dueMs <= end).sort((a, b) => a.dueMs - b.dueMs)[0]
    for (let due = next(); due; due = next()) {
      this.#deadlines.delete(due)
      this.now = due.dueMs
      due.action()
      await new Promise(resolve => setImmediate(resolve))
    }
    this.now = end
  }
}
