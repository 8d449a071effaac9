import { storeLimits } from '../limits.ts'

/** A look that was asked for. */
export interface Look {
  /** Resolves when it is over, or was given up before it began. */
  readonly done: Promise<void>
  /** Gives it up, if it has not begun. */
  readonly cancel: () => void
}

/**
 * The looks at the sizes of files, of which few run at a time: on a file system that hangs each takes one of the threads
 * that libuv has for the whole process. Whose file hangs keeps others waiting for news, and from nothing else.
 */
export class SizeLooks {
  #running = 0
  readonly #waiting = new Set<() => void>()

  /** Runs `look`, now or when there is a thread for it. It must not fail. */
  begin(look: () => Promise<void>): Look {
    const { promise, resolve } = Promise.withResolvers<void>()
    const start = (): void => {
      this.#running++
      void look().finally(() => {
        this.#running--
        this.#next()
        resolve()
      })
    }
    this.#waiting.add(start)
    this.#next()
    const cancel = (): void => {
      if (this.#waiting.delete(start)) resolve()
    }
    return { done: promise, cancel }
  }

  #next(): void {
    for (const start of this.#waiting) {
      if (this.#running >= storeLimits.sizeLooks) return
      this.#waiting.delete(start)
      start()
    }
  }
}

/** Those of the process, as its threads are. */
export const processSizeLooks = new SizeLooks()
