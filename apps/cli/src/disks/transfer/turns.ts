/** Work that several begin in any order, and that is done in the order of its numbers, from 0 on. */
export class Turns {
  #next = 0
  readonly #waiting = new Map<number, () => void>()
  #isOver = false

  /** Waits for the turn of a number, and does the work. @returns undefined where it is over before that. */
  async take<T>(number: number, work: () => Promise<T>): Promise<T | undefined> {
    if (number !== this.#next) await new Promise<void>(resolve => this.#waiting.set(number, resolve))
    if (this.#isOver) return undefined
    try {
      return await work()
    } finally {
      this.#next++
      this.#waiting.get(this.#next)?.()
      this.#waiting.delete(this.#next)
    }
  }

  /** Nothing that waits is done any more. */
  end(): void {
    this.#isOver = true
    for (const resolve of this.#waiting.values()) resolve()
    this.#waiting.clear()
  }
}
