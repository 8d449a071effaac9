import type { Timers } from '@lunkit/wire'
import { STORE_RETURN_MS } from '../limits.ts'

/** A task that was aborted, as a drain knows it. */
export interface DrainedTask {
  readonly itl: {
    readonly unit: { returned(): void }
    readonly tasks: { quarantine(): void }
  }
  /** Called when nothing of the task is left. */
  readonly leavers: (() => void)[]
}

/**
 * Waits until nothing is left of the tasks that were aborted: an operation handed to a store runs to its end, and could
 * change the medium until then. One that does not return in time quarantines its unit, and is waited for no longer: the
 * unit serves nothing before it has returned.
 */
export class Drain {
  readonly #timers: Timers
  readonly #done: () => void
  /** One for `seal`. */
  #left = 1

  constructor(timers: Timers, done: () => void) {
    this.#timers = timers
    this.#done = done
  }

  /** Waits for this task as well. */
  wait(execution: DrainedTask): void {
    const { unit, tasks } = execution.itl
    this.#left++
    let quarantined = false
    const cancel = this.#timers.after(STORE_RETURN_MS, () => {
      quarantined = true
      tasks.quarantine()
      this.#gone()
    })
    execution.leavers.push(() => {
      if (quarantined) {
        unit.returned()
        return
      }
      cancel()
      this.#gone()
    })
  }

  /** Waits for what ends by itself, but no longer than for an operation of a store. */
  waitFor(done: Promise<unknown>): void {
    this.#left++
    let isOver = false
    const over = (): void => {
      if (isOver) return
      isOver = true
      cancel()
      this.#gone()
    }
    const cancel = this.#timers.after(STORE_RETURN_MS, over)
    done.then(over, over)
  }

  /** No more tasks to wait for will be named. */
  seal(): void {
    this.#gone()
  }

  #gone(): void {
    if (--this.#left === 0) this.#done()
  }
}
