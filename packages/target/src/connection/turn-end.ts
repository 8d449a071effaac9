/** Something that has output to send when the turn is over. */
export interface Flushed {
  flush(): void
}

/**
 * The end of a turn of the event loop: whoever composed PDUs outside the receive loop of their own connection sends
 * them then, so that the completions of one batch go out with one system call a connection.
 */
export class TurnEnd {
  readonly #schedule: (run: () => void) => void
  #waiting: Flushed[] = []
  #running: Flushed[] = []

  /** `schedule` runs a function after what runs now, before the next event: `process.nextTick`. */
  constructor(schedule: (run: () => void) => void = run => process.nextTick(run)) {
    this.#schedule = schedule
  }

  add(flushed: Flushed): void {
    if (this.#waiting.push(flushed) === 1) this.#schedule(this.#run)
  }

  readonly #run = (): void => {
    const running = this.#waiting
    this.#waiting = this.#running
    this.#running = running
    for (const each of running) each.flush()
    running.length = 0
  }
}
