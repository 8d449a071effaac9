import type { LifeTimers } from '../life/life-timers.ts'

interface Timer {
  atMs: number
  readonly periodMs: number | undefined
  readonly run: () => void
}

/** Time that passes when a test says so. */
export class ManualLifeTimers implements LifeTimers {
  readonly #timers = new Set<Timer>()
  #nowMs = 0

  now(): number {
    return this.#nowMs
  }

  every(periodMs: number, run: () => void): () => void {
    return this.#add({ atMs: this.#nowMs + periodMs, periodMs, run })
  }

  after(delayMs: number, run: () => void): () => void {
    return this.#add({ atMs: this.#nowMs + delayMs, periodMs: undefined, run })
  }

  /** Has so much time pass, and all run that is due in it, each at its time. */
  async pass(timeMs: number): Promise<void> {
    const endMs = this.#nowMs + timeMs
    // What waits for what was run gets its turn before the next is.
    const settle = () => new Promise(resolve => setImmediate(resolve))
    await settle()
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#nowMs = next.atMs
      if (next.periodMs === undefined) this.#timers.delete(next)
      else next.atMs += next.periodMs
      next.run()
      await settle()
    }
    this.#nowMs = endMs
  }

  #next(endMs: number): Timer | undefined {
    return [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((one, other) => one.atMs - other.atMs)[0]
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }
}
