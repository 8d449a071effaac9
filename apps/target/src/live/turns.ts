/** Does one thing after another: each begins when those before it have ended, well or not. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Resolves, or rejects, as the work does. */
  next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#last
  }
}
