import type { Timers } from '@lunkit/wire'

/** Timers that a test lets run out, by how long they were to be. */
export class HandTimers implements Timers {
  readonly #waiting = new Map<() => void, number>()
  #set: (() => void) | undefined

  after(delayMs: number, run: () => void): () => void {
    this.#waiting.set(run, delayMs)
    this.#set?.()
    return () => void this.#waiting.delete(run)
  }

  /** Lets one of this length run out, when there is one. */
  async runOut(delayMs: number): Promise<void> {
    for (;;) {
      const [run] = [...this.#waiting].find(([, each]) => each === delayMs) ?? []
      if (run !== undefined) {
        this.#waiting.delete(run)
        run()
        return
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#set = resolve
      await promise
    }
  }
}
