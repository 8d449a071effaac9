import type { Timers } from '@lunkit/backstores'

interface Waiting {
  readonly dueTurn: number
  readonly run: () => void
}

/** Time that passes by turns of the event loop: what is asked for in milliseconds comes after as many turns. */
export class TurnTimers implements Timers {
  #turn = 0
  readonly #waiting = new Set<Waiting>()

  /** How many wait. */
  get size(): number {
    return this.#waiting.size
  }

  now(): number {
    return this.#turn
  }

  after(turns: number, run: () => void): () => void {
    const waiting = { dueTurn: this.#turn + turns, run }
    this.#waiting.add(waiting)
    return () => this.#waiting.delete(waiting)
  }

  /** One turn is over. */
  tick(): void {
    this.#turn++
    for (const waiting of this.#waiting) {
      if (waiting.dueTurn > this.#turn) continue
      this.#waiting.delete(waiting)
      waiting.run()
    }
  }
}
