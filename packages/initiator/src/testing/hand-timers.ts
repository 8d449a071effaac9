import type { Timers } from '@lunkit/wire'

interface Deadline {
  readonly atMs: number
  readonly strike: () => void
}

/** Timers that a test turns by hand. */
export class HandTimers implements Timers {
  #nowMs = 0
  readonly #deadlines = new Set<Deadline>()

  after(delayMs: number, strike: () => void): () => void {
    const deadline = { atMs: this.#nowMs + delayMs, strike }
    this.#deadlines.add(deadline)
    return () => this.#deadlines.delete(deadline)
  }

  /** How many deadlines are set. */
  get pending(): number {
    return this.#deadlines.size
  }

  /** Lets time pass; what comes due is struck in its order, and what it sets comes due too. */
  async pass(ms: number): Promise<void> {
    const end = this.#nowMs + ms
    for (;;) {
      const due = [...this.#deadlines].filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0]
      if (!due) break
      this.#deadlines.delete(due)
      this.#nowMs = due.atMs
      due.strike()
      await new Promise(resolve => setImmediate(resolve))
    }
    this.#nowMs = end
  }
}
