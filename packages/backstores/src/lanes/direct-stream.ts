import { storeLimits } from '../limits.ts'
import type { Timers } from '../timers.ts'
import { JobQueue } from './job-queue.ts'
import type { JobSource, LaneJob } from './lane-job.ts'
import { LaneWatch } from './lane-watch.ts'

/** What has the kernel do jobs, and hears of those that do not return. */
export interface DirectStreamOwner {
  /** Has the kernel begin a job, soon. */
  begin(job: LaneJob): void
  /** A job of this client does not return. */
  directStuck(source: JobSource): void
  /** One that did not return has. */
  directReturned(source: JobSource): void
}

/** What one store reads and writes past the page cache: so many at a time are under way, the others wait here. */
export class DirectStream {
  readonly isWorking = true
  /** How many have ended. */
  progress = 0
  /** How many are under way. */
  pending = 0
  readonly #source: JobSource
  readonly #owner: DirectStreamOwner
  readonly #waiting = new JobQueue()
  readonly #watch: LaneWatch
  #isStuck = false

  constructor(source: JobSource, timers: Timers, owner: DirectStreamOwner) {
    this.#source = source
    this.#owner = owner
    this.#watch = new LaneWatch(timers, () => this.#stuck())
  }

  submit(job: LaneJob): void {
    if (this.pending >= storeLimits.directWindow) this.#waiting.push(job)
    else this.#begin(job)
  }

  /** A job is not under way any more. */
  ended(): void {
    this.pending--
    this.progress = (this.progress + 1) | 0
    const next = this.#waiting.shift()
    if (next) this.#begin(next)
    if (!this.#isStuck) return
    this.#isStuck = false
    this.#owner.directReturned(this.#source)
    this.#source.returned()
  }

  #begin(job: LaneJob): void {
    this.pending++
    this.#owner.begin(job)
    this.#watch.begin(this)
  }

  #stuck(): void {
    this.#watch.end()
    this.#isStuck = true
    this.#source.stuck()
    this.#owner.directStuck(this.#source)
  }
}
