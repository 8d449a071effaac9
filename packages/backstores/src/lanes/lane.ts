import { storeLimits } from '../limits.ts'
import type { Timers } from '../timers.ts'
import { JobQueue } from './job-queue.ts'
import type { LaneAffinity } from './lane-affinity.ts'
import { LaneJob, LaneOperation } from './lane-job.ts'
import { LaneThread, type LaneThreadOwner } from './lane-thread.ts'
import { RingHost } from './ring-host.ts'
import { RingMemory } from './ring-memory.ts'

/** Where a lane is in its life. */
export const LaneState = {
  /** Its thread is on its way; jobs are taken already. */
  starting: 'starting',
  serving: 'serving',
  /** Its thread has ended, and the wait before the next start is on. */
  dead: 'dead',
  /** It does what it has, then ends. */
  stopping: 'stopping',
  closed: 'closed',
} as const
export type LaneState = (typeof LaneState)[keyof typeof LaneState]

const moves: Readonly<Record<LaneState, readonly LaneState[]>> = {
  starting: [LaneState.serving, LaneState.dead, LaneState.stopping],
  serving: [LaneState.dead, LaneState.stopping],
  dead: [LaneState.starting, LaneState.closed],
  stopping: [LaneState.closed],
  closed: [],
}

/** What a lane tells the set that it belongs to. */
export interface LaneOwner {
  /** The thread has ended unasked; `lost` are those whose jobs it had. Their jobs end after this call. */
  laneDied(lane: Lane, lost: ReadonlySet<LaneAffinity>, cause: Error | undefined): void
  /** The thread serves, for the first time or again. */
  laneServes(lane: Lane): void
}

/** What a lane is made with. */
export interface LaneOptions {
  readonly index: number
  readonly memory: SharedArrayBuffer
  readonly native: boolean
  readonly timers: Timers
  /** Microseconds for which the thread looks for more work before it sleeps. */
  readonly pollUs: number
  readonly owner: LaneOwner
}

class StopJob extends LaneJob {
  override operation: LaneOperation = LaneOperation.stop
  ended(): void {}
}

/** One lane: a thread that does blocking calls one after the other, and its ring; it outlives its threads. */
export class Lane implements LaneThreadOwner {
  readonly index: number
  /** How busy it is, in light operations. */
  load = 0
  readonly #options: LaneOptions
  #state: LaneState = LaneState.dead
  #ring: RingHost
  #thread: LaneThread | undefined
  readonly #waiting = new JobQueue()
  #failures = 0
  #servingSinceMs = 0
  #cancelRestart: (() => void) | undefined
  readonly #closed = Promise.withResolvers<void>()

  constructor(options: LaneOptions) {
    this.index = options.index
    this.#options = options
    this.#ring = this.#start()
  }

  get state(): LaneState {
    return this.#state
  }

  /** Whether it takes jobs. */
  get isUp(): boolean {
    return this.#state === LaneState.serving || this.#state === LaneState.starting
  }

  /** Takes a job; it waits here when the ring is full. */
  submit(job: LaneJob): void {
    this.load += job.weight
    if (!this.#waiting.isEmpty || !this.#ring.submit(job)) this.#waiting.push(job)
  }

  /** Does what was submitted, then ends the thread. Resolves when it has really ended. */
  stop(): Promise<void> {
    if (this.isUp) {
      this.#move(LaneState.stopping)
      this.submit(new StopJob())
    } else if (this.#state === LaneState.dead) {
      this.#cancelRestart?.()
      this.#move(LaneState.closed)
      this.#closed.resolve()
    }
    return this.#closed.promise
  }

  /** Takes what has completed, whether a doorbell has rung or not; true when something had. */
  poll(): boolean {
    if (this.#ring.completed === 0) return false
    this.#endCompleted()
    return true
  }

  /** Ends the thread as a crash would. */
  terminate(): void {
    if (this.#state !== LaneState.serving)
      throw new Error(`lane ${this.index} is ${this.#state}; only a serving lane may be terminated`)
    this.#thread?.terminate()
  }

  threadReady(): void {
    if (this.#state !== LaneState.starting) return
    this.#move(LaneState.serving)
    this.#servingSinceMs = this.#options.timers.now()
    this.#options.owner.laneServes(this)
  }

  threadCompleted(): void {
    this.#reap()
  }

  threadEnded(cause: Error | undefined): void {
    this.#thread = undefined
    this.#endCompleted()
    if (this.#state === LaneState.stopping) return this.#threadEndedAsAsked(cause)
    const served = this.#state === LaneState.serving
    if (served && this.#options.timers.now() - this.#servingSinceMs >= storeLimits.restartForgetMs) this.#failures = 0
    this.#move(LaneState.dead)
    const delayMs = Math.min(storeLimits.restartFirstMs * 2 ** this.#failures++, storeLimits.restartLongestMs)
    this.#cancelRestart = this.#options.timers.after(delayMs, () => {
      this.#ring = this.#start()
    })
    this.#lose(cause)
  }

  #threadEndedAsAsked(cause: Error | undefined): void {
    this.#move(LaneState.closed)
    if (this.#ring.pending > 0) this.#lose(cause)
    this.#closed.resolve()
  }

  #start(): RingHost {
    this.#move(LaneState.starting)
    // A ring of its own for each life: what an earlier thread might still do cannot reach it.
    const memory = RingMemory.allocate()
    const { memory: shared, native, pollUs } = this.#options
    this.#thread = new LaneThread({ ring: memory, memory: shared, native, pollUs, owner: this })
    return new RingHost(memory)
  }

  /** Takes what has completed, and asks for a doorbell once nothing has. */
  readonly #reap = (): void => {
    for (let round = 0; round < storeLimits.reapRounds; round++) {
      this.#endCompleted()
      if (this.#ring.arm()) return
    }
    setImmediate(this.#reap)
  }

  #endCompleted(): void {
    for (let left = this.#ring.completed; left > 0; left--) {
      const job = this.#ring.reap() as LaneJob
      const waiting = this.#waiting.peek()
      if (waiting && this.#ring.submit(waiting)) this.#waiting.shift()
      this.load -= job.weight
      job.ended()
    }
  }

  /** Ends all jobs that the thread had or would have had; those of stores that are at home elsewhere go home. */
  #lose(cause: Error | undefined): void {
    const jobs: LaneJob[] = []
    for (let job = this.#ring.lose(); job; job = this.#ring.lose()) jobs.push(job)
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      job.lost = true
      job.begun = false
      jobs.push(job)
    }
    const guests = jobs.filter(job => this.#isGuest(job))
    const lost = jobs.filter(job => !this.#isGuest(job))
    this.load = 0
    const stores = new Set<LaneAffinity>()
    for (const { affinity } of lost) if (affinity) stores.add(affinity)
    this.#options.owner.laneDied(this, stores, cause)
    for (const job of guests) job.affinity?.home.submit(job)
    for (const job of lost) job.ended()
  }

  /**
   * Whether a job came only because its own lane had more to do, and was not begun. The one that was may be what the
   * thread died of: it is lost, or the next thread would die of it too.
   */
  #isGuest({ affinity, begun }: LaneJob): boolean {
    return !begun && affinity !== undefined && affinity.home !== this && affinity.home.isUp
  }

  #move(to: LaneState): void {
    if (!moves[this.#state].includes(to)) throw new Error(`lane ${this.index} cannot go from ${this.#state} to ${to}`)
    this.#state = to
  }
}
