import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import type { DirectStream } from './direct-stream.ts'
import { JobQueue } from './job-queue.ts'
import type { Lane } from './lane.ts'
import type { LaneClient } from './lane-client.ts'
import { isHeavy, type JobSource, type LaneJob } from './lane-job.ts'
import type { LaneAccess } from './lane-set.ts'

/** With these a call that waits does a job again: what the kernel would not do now, and what lies beyond the end. */
const FOR_A_LANE: ReadonlySet<number> = new Set([-errno.EAGAIN, -errno.EINTR, -errno.ENOSPC])

/** How a client's jobs find their lane. */
export interface LaneChooser {
  /** What has jobs of a client done that need no lane; undefined where they do. */
  streamOf(source: JobSource): DirectStream | undefined
  choose(home: Lane, heavy: boolean): Lane
  detached(affinity: LaneAffinity): void
}

/** One client's place among the lanes. */
export class LaneAffinity implements LaneAccess, JobSource {
  readonly client: LaneClient
  /** The lane where its heavy operations run, one after the other. */
  readonly home: Lane
  readonly #chooser: LaneChooser
  /** Jobs that do not return, and those that wait for them: a store that hangs takes no more than the threads it has. */
  #stuck = 0
  readonly #parked = new JobQueue()
  readonly #stream: DirectStream | undefined

  /** @internal made by `Lanes.attach` */
  constructor(client: LaneClient, home: Lane, chooser: LaneChooser) {
    this.client = client
    this.home = home
    this.#chooser = chooser
    this.#stream = chooser.streamOf(this)
  }

  submit(job: LaneJob): void {
    if (this.#stuck > 0) this.#parked.push(job)
    else this.#hand(job)
  }

  detach(): void {
    this.#chooser.detached(this)
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
    const heavy = isHeavy(job)
    const lane = this.#chooser.choose(this.home, heavy)
    job.weight = heavy ? storeLimits.heavyWeight : 1
    if (lane.isUp) lane.submit(job)
    else queueMicrotask(() => loseUnbegun(job))
  }
}

function loseUnbegun(job: LaneJob): void {
  job.lost = true
  job.begun = false
  job.ended()
}
