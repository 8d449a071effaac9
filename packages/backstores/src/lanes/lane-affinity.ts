import { storeLimits } from '../limits.ts'
import type { Timers } from '../timers.ts'
import type { TurnBudget } from '../turn-budget.ts'
import { JobQueue } from './job-queue.ts'
import type { Lane } from './lane.ts'
import { isHeavy, type LaneJob } from './lane-job.ts'

/** Who uses lanes: a store. */
export interface LaneClient {
  readonly plugin: string
  readonly name: string
  /** A lane that it needs has died. Its jobs there end as lost after this call. */
  laneDown(): void
  /** That lane serves again. Called once for each `laneDown`. */
  laneUp(): void
}

/** A client's access to lanes. */
export interface LaneAccess {
  /** Hands a job to a lane. It ends as lost when no lane can take it. */
  submit(job: LaneJob): void
  /** The client has no job under way and will submit none. */
  detach(): void
}

/** What a store needs of lanes. */
export interface LaneSet {
  /** The memory that jobs' `memoryOffset` counts in. */
  readonly memory: SharedArrayBuffer
  /** Whether system calls may be made through koffi. */
  readonly native: boolean
  readonly timers: Timers
  /** What stores on this thread may do in place in one turn. */
  readonly turn: TurnBudget
  attach(client: LaneClient): LaneAccess
}

/** How a client's jobs find their lane. */
export interface LaneChooser {
  choose(home: Lane, heavy: boolean): Lane
  detached(affinity: LaneAffinity): void
}

/** One client's place among the lanes. */
export class LaneAffinity implements LaneAccess {
  readonly client: LaneClient
  /** The lane where its heavy operations run, one after the other. */
  readonly home: Lane
  readonly #chooser: LaneChooser
  /** Jobs that do not return, and those that wait for them: a store that hangs takes no more than the threads it has. */
  #stuck = 0
  readonly #parked = new JobQueue()

  /** @internal made by `Lanes.attach` */
  constructor(client: LaneClient, home: Lane, chooser: LaneChooser) {
    this.client = client
    this.home = home
    this.#chooser = chooser
  }

  submit(job: LaneJob): void {
    if (this.#stuck > 0) this.#parked.push(job)
    else this.#hand(job)
  }

  detach(): void {
    this.#chooser.detached(this)
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
    const heavy = isHeavy(job)
    const lane = this.#chooser.choose(this.home, heavy)
    job.affinity = this
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
