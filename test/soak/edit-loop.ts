import { setTimeout as sleep } from 'node:timers/promises'

/** What an edit loop does, and who hears of what went wrong. */
export interface EditLoopOptions {
  readonly edit: () => Promise<void>
  /** How long it rests after each edit. */
  readonly pauseMs: () => number
  readonly failed: (error: unknown) => void
}

/** Does one edit after the other until it is ended; what is done in a rest is done while no edit is under way. */
export class EditLoop {
  readonly #options: EditLoopOptions
  readonly #ending = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()
  #running: Promise<void> = Promise.resolve()

  constructor(options: EditLoopOptions) {
    this.#options = options
  }

  /** Begins. */
  start(): void {
    this.#running = this.#run()
  }

  /** Does something between two edits. */
  rest<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act)
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Ends: no edit is under way then. */
  async end(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { edit, failed, pauseMs } = this.#options
    const { signal } = this.#ending
    while (!signal.aborted) {
      await this.rest(edit).catch(failed)
      await sleep(pauseMs(), undefined, { signal }).catch(() => undefined)
    }
  }
}
