import { storeLimits } from '../limits.ts'
import type { Timers } from '../timers.ts'

const { laneLookMs, laneStuckMs } = storeLimits

/** What is looked at: jobs that are to go on. */
export interface WatchedJobs {
  /** How many there are. */
  readonly pending: number
  /** How many have ended, in all. */
  readonly progress: number
  /** Whether one has been begun that has not ended. */
  readonly isWorking: boolean
}

/** Looks now and then whether a lane that has work gets on with it; looks at nothing while it has none. */
export class LaneWatch {
  readonly #timers: Timers
  readonly #stuck: () => void
  #jobs: WatchedJobs | undefined
  #progress = 0
  #sinceMs = 0
  #cancel: (() => void) | undefined

  /** `stuck` is called when the lane has been in one operation for as long as `laneStuckMs`. */
  constructor(timers: Timers, stuck: () => void) {
    this.#timers = timers
    this.#stuck = stuck
  }

  /** Whether the lane has been in one operation for as long as `laneStuckMs`. */
  get isStuck(): boolean {
    if (this.#jobs === undefined || this.#jobs.pending === 0) return false
    return this.#timers.now() - this.#sinceMs >= laneStuckMs
  }

  /** The lane has got something to do. */
  begin(jobs: WatchedJobs): void {
    if (this.#jobs === jobs) return
    this.end()
    this.#jobs = jobs
    this.#note(jobs)
    this.#lookLater()
  }

  /** The lane has nothing to do, or is no more. */
  end(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#jobs = undefined
  }

  #lookLater(): void {
    this.#cancel = this.#timers.after(laneLookMs, () => this.#look())
  }

  #look(): void {
    const jobs = this.#jobs
    if (!jobs || jobs.pending === 0) return this.end()
    if (!jobs.isWorking || jobs.progress !== this.#progress) this.#note(jobs)
    this.#lookLater()
    if (this.isStuck) this.#stuck()
  }

  #note(jobs: WatchedJobs): void {
    this.#progress = jobs.progress
    this.#sinceMs = this.#timers.now()
  }
}
