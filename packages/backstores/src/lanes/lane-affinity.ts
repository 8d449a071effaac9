import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import type { DirectStream } from './direct-stream.ts'
import { JobQueue } from './job-queue.ts'
import type { Lane } from './lane.ts'
import type { LaneClient } from './lane-client.ts'
import { endJob, isHeavy, type JobSource, type LaneJob } from './lane-job.ts'
import type { LaneAccess } from './lane-set.ts'

/** With these a call that waits does a job again: what the kernel would not do now, and what lies beyond the end. */
const FOR_A_LANE: ReadonlySet<number> = new Set([-errno.EAGAIN, -errno.EINTR, -errno.ENOSPC])

/** How a client's jobs find their lane. */
export interface LaneChooser {
  /** What has jobs of a client done that need no lane; undefined where they do. */
  streamOf(source: JobSource): DirectStream | undefined
  choose(home: Lane, heavy: boolean): Lane
  /** It is at home in another lane than before. */
  moved?(affinity: LaneAffinity, from: Lane): void
  detached(affinity: LaneAffinity): void
}

/** One client's place among the lanes. */
export class LaneAffinity implements LaneAccess, JobSource {
  readonly client: LaneClient
  readonly #chooser: LaneChooser
  #home: Lane
  /** Where it is to be at home once nothing heavy of it is under way. */
  #next: Lane | undefined
  /** Whether its jobs go nowhere but home. */
  #isPlaced = false
  /** Heavy jobs under way. */
  #heavy = 0
  /** Heavy jobs that wait until it has moved. */
  readonly #held = new JobQueue()
  /** Jobs that do not return, and those that wait for them: a store that hangs takes no more than the threads it has. */
  #stuck = 0
  readonly #parked = new JobQueue()
  readonly #stream: DirectStream | undefined

  /** @internal made by `Lanes.attach` */
  constructor(client: LaneClient, home: Lane, chooser: LaneChooser) {
    this.client = client
    this.#home = home
    this.#chooser = chooser
    this.#stream = chooser.streamOf(this)
  }

  /** The lane where its heavy operations run, one after the other. */
  get home(): Lane {
    return this.#home
  }

  /**
   * Makes another lane its home, and with `isPlaced` has all of its jobs done there. What is heavy and under way ends first: at no time two
   * lanes have such jobs of it.
   */
  move(home: Lane, isPlaced: boolean): void {
    this.#isPlaced = isPlaced
    this.#next = home
    this.#moveIfIdle()
  }

  submit(job: LaneJob): void {
    if (this.#stuck > 0) this.#parked.push(job)
    else this.#hand(job)
  }

  detach(): void {
    this.#chooser.detached(this)
  }

  /** @internal */
  finished(job: LaneJob): void {
    if (job.weight !== storeLimits.heavyWeight) return
    job.weight = 0
    this.#heavy--
    this.#moveIfIdle()
  }

  /** @internal */
  endedDirectly(job: LaneJob): void {
    this.#stream?.ended()
    if (!FOR_A_LANE.has(job.result)) return job.ended()
    job.direct = false
    this.submit(job)
  }

  /** @internal A job of the client does not return. */
  stuck(): void {
    this.#stuck++
  }

  /** @internal It has returned. */
  returned(): void {
    if (--this.#stuck > 0) return
    for (let job = this.#parked.shift(); job; job = this.#parked.shift()) this.#hand(job)
  }

  #hand(job: LaneJob): void {
    job.source = this
    if (job.direct && this.#stream) return this.#stream.submit(job)
    job.direct = false
    if (!isHeavy(job)) return this.#give(job, this.#laneForLight())
    if (this.#next) return this.#hold(job)
    // One that a lane gave back is counted already.
    if (job.weight !== storeLimits.heavyWeight) this.#heavy++
    this.#give(job, this.#chooser.choose(this.#home, true), storeLimits.heavyWeight)
  }

  #laneForLight(): Lane {
    return this.#isPlaced ? (this.#next ?? this.#home) : this.#chooser.choose(this.#home, false)
  }

  #give(job: LaneJob, lane: Lane, weight = 1): void {
    job.weight = weight
    if (lane.isUp) lane.submit(job)
    else queueMicrotask(() => loseUnbegun(job))
  }

  /** It may have been under way, in a lane that gave it back. */
  #hold(job: LaneJob): void {
    this.#held.push(job)
    this.finished(job)
  }

  #moveIfIdle(): void {
    if (!this.#next || this.#heavy > 0) return
    const from = this.#home
    this.#home = this.#next
    this.#next = undefined
    if (from !== this.#home) this.#chooser.moved?.(this, from)
    for (let job = this.#held.shift(); job; job = this.#held.shift()) this.#hand(job)
  }
}

function loseUnbegun(job: LaneJob): void {
  job.lost = true
  job.begun = false
  endJob(job)
}
