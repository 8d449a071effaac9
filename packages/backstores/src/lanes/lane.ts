import type { Row } from '@lunkit/statistics'
import { storeLimits } from '../limits.ts'
import type { Timers } from '../timers.ts'
import { JobQueue } from './job-queue.ts'
import { endJob, type JobSource, type LaneJob, LaneOperation } from './lane-job.ts'
import { LaneLife, type LaneLifeOwner } from './lane-life.ts'
import { laneMetrics } from './lane-metrics.ts'
import { LANE_MOVES, LaneState } from './lane-state.ts'
import type { StartLaneThread } from './lane-thread.ts'
import { LaneWatch } from './lane-watch.ts'
import { StopJob } from './stop-job.ts'

const Counter = laneMetrics.at

/** What a lane tells the set that it belongs to. */
export interface LaneOwner {
  /** The thread has ended unasked; `lost` are those whose jobs it had. Their jobs end after this call. */
  laneDied(lane: Lane, lost: ReadonlySet<JobSource>, cause: Error | undefined): void
  /** The thread serves, for the first time or again. */
  laneServes(lane: Lane): void
  /** An operation of this client does not return; the lane has another thread for the others. */
  laneStuck(lane: Lane, source: JobSource): void
  /** The system does not let its thread run on the processor that it was given, and says why by this number; it runs on any. */
  laneUnplaced(lane: Lane, errno: number): void
  /** The operation that did not return has, or its thread has ended for this cause. */
  laneReturned(lane: Lane, source: JobSource, cause: Error | undefined): void
}

/** What a lane is made with. */
export interface LaneOptions {
  readonly index: number
  readonly memory: SharedArrayBuffer
  readonly native: boolean
  readonly timers: Timers
  /** Microseconds for which the thread looks for more work before it sleeps. */
  readonly pollUs: Int32Array
  /** The processor that its threads run on; left out, whichever the system gives them. */
  readonly cpu?: number | undefined
  readonly owner: LaneOwner
  /** Where it counts, of `laneMetrics`. */
  readonly row: Row
  /** A worker thread when left out. */
  readonly startThread?: StartLaneThread
}

/** One lane: a thread that does blocking calls one after the other, and its ring; it outlives its threads. */
export class Lane implements LaneLifeOwner {
  readonly index: number
  /** How busy it is, in light operations. */
  load = 0
  readonly #options: LaneOptions
  readonly #row: Row
  readonly #watch: LaneWatch
  #state: LaneState = LaneState.dead
  #life: LaneLife
  /** Earlier threads, each in an operation that does not return, and whose that is. */
  readonly #stranded = new Map<LaneLife, JobSource | undefined>()
  readonly #waiting = new JobQueue()
  /** Whether it would have another thread, had it not had so many. */
  #isHeld = false
  #failures = 0
  #servingSinceMs = 0
  #cancelRestart: (() => void) | undefined
  readonly #closed = Promise.withResolvers<void>()

  constructor(options: LaneOptions) {
    this.index = options.index
    this.#options = options
    this.#row = options.row
    this.#watch = new LaneWatch(options.timers, () => this.#strand())
    this.#life = this.#start()
  }

  /** The processor that its threads are to run on; undefined: any. */
  get cpu(): number | undefined {
    return this.#options.cpu
  }

  get state(): LaneState {
    return this.#state
  }

  /** Whether it takes jobs. */
  get isUp(): boolean {
    return this.#state === LaneState.serving || this.#state === LaneState.starting
  }

  /** Whether it has been in one operation for long, and can have no other thread: what it is asked for waits. */
  get isSilent(): boolean {
    return this.#isHeld && this.#watch.isStuck
  }

  /** Takes a job; it waits here when the ring is full. */
  submit(job: LaneJob): void {
    this.load += job.weight
    this.#row.add(Counter.waiting)
    if (!this.#waiting.isEmpty || !this.#life.ring.submit(job)) this.#waiting.push(job)
    this.#watch.begin(this.#life.ring)
  }

  /** Does what was submitted, then ends the thread. Resolves when it has really ended, and all before it. */
  stop(): Promise<void> {
    if (this.isUp) {
      this.#move(LaneState.stopping)
      this.submit(new StopJob())
      this.#watch.end()
    } else if (this.#state === LaneState.dead) {
      this.#cancelRestart?.()
      this.#move(LaneState.closed)
      this.#resolveIfClosed()
    }
    return this.#closed.promise
  }

  /** Takes what has completed, whether a doorbell has rung or not; true when something had. */
  poll(): boolean {
    return this.#life.poll()
  }

  /** Ends the thread as a crash would. */
  terminate(): void {
    if (this.#state !== LaneState.serving)
      throw new Error(`lane ${this.index} is ${this.#state}; only a serving lane may be terminated`)
    this.#life.terminate()
  }

  /** @internal */
  lifeReady(life: LaneLife): void {
    if (life !== this.#life || this.#state !== LaneState.starting) return
    this.#move(LaneState.serving)
    this.#servingSinceMs = this.#options.timers.now()
    this.#options.owner.laneServes(this)
  }

  /** @internal */
  lifeUnplaced(errno: number): void {
    this.#options.owner.laneUnplaced(this, errno)
  }

  /** @internal */
  jobDone(life: LaneLife, job: LaneJob): void {
    if (job.operation !== LaneOperation.stop) this.#row.add(Counter.operations)
    this.#row.add(Counter.busySeconds, job.busyMs / 1000)
    if (life !== this.#life) {
      if (life.ring.pending === 0) this.#returned(life)
      endJob(job)
      return
    }
    const waiting = this.#waiting.peek()
    if (waiting && life.ring.submit(waiting)) this.#waiting.shift()
    this.load -= job.weight
    this.#row.add(Counter.waiting, -1)
    endJob(job)
  }

  /** @internal */
  lifeEnded(life: LaneLife, cause: Error | undefined): void {
    if (life !== this.#life) return this.#strandedEnded(life, cause)
    this.#watch.end()
    if (this.#state === LaneState.stopping) return this.#endedAsAsked(cause)
    const served = this.#state === LaneState.serving
    if (served && this.#options.timers.now() - this.#servingSinceMs >= storeLimits.restartForgetMs) this.#failures = 0
    this.#row.add(Counter.restarts)
    this.#move(LaneState.dead)
    const delayMs = Math.min(storeLimits.restartFirstMs * 2 ** this.#failures++, storeLimits.restartLongestMs)
    this.#cancelRestart = this.#options.timers.after(delayMs, () => {
      this.#life = this.#start()
    })
    this.#lose(cause)
  }

  #endedAsAsked(cause: Error | undefined): void {
    this.#move(LaneState.closed)
    if (this.#life.ring.pending > 0) this.#lose(cause)
    this.#resolveIfClosed()
  }

  #resolveIfClosed(): void {
    if (this.#state !== LaneState.closed || this.#stranded.size > 0) return
    this.#row.release()
    this.#closed.resolve()
  }

  #start(): LaneLife {
    this.#move(LaneState.starting)
    const { index, memory, native, pollUs, cpu, startThread } = this.#options
    return new LaneLife({ index, memory, native, pollUs, cpu, owner: this, ...(startThread && { startThread }) })
  }

  /**
   * The thread does not come back from an operation. It cannot be called back, nor ended: it is left alone with it, and
   * another one does what it had not begun.
   */
  #strand(): void {
    if (this.#state !== LaneState.serving) return
    this.#isHeld = this.#stranded.size >= storeLimits.strandedThreads
    if (this.#isHeld) return
    const life = this.#life
    this.#watch.end()
    const jobs = life.ring.retire()
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) jobs.push(job)
    const source = life.ring.current?.source
    this.#stranded.set(life, source)
    this.#empty()
    this.#row.add(Counter.stuck)
    this.#life = this.#start()
    if (source) {
      source.stuck()
      this.#options.owner.laneStuck(this, source)
    }
    for (const job of jobs) job.source?.submit(job)
  }

  /** A stranded thread's operation has ended, well or not; the thread ends as well. */
  #returned(life: LaneLife, cause?: Error): void {
    const source = this.#stranded.get(life)
    if (!source) return
    this.#stranded.set(life, undefined)
    this.#options.owner.laneReturned(this, source, cause)
    source.returned()
  }

  #strandedEnded(life: LaneLife, cause: Error | undefined): void {
    const lost = life.lost()
    this.#returned(life, cause)
    this.#stranded.delete(life)
    this.#row.add(Counter.lostOperations, lost.length)
    for (const job of lost) endJob(job)
    this.#resolveIfClosed()
  }

  /** It has no jobs any more. */
  #empty(): void {
    this.load = 0
    this.#row.set(Counter.waiting, 0)
  }

  /** Ends all jobs that the thread had or would have had; those of stores that are at home elsewhere go home. */
  #lose(cause: Error | undefined): void {
    const jobs = this.#life.lost()
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      job.lost = true
      job.begun = false
      jobs.push(job)
    }
    const guests = jobs.filter(job => this.#isGuest(job))
    const lost = jobs.filter(job => !this.#isGuest(job))
    this.#empty()
    this.#row.add(Counter.lostOperations, lost.length)
    const stores = new Set<JobSource>()
    for (const { source } of lost) if (source) stores.add(source)
    this.#options.owner.laneDied(this, stores, cause)
    for (const job of guests) job.source?.home.submit(job)
    for (const job of lost) endJob(job)
  }

  /**
   * Whether a job came only because its own lane had more to do, and was not begun. The one that was may be what the
   * thread died of: it is lost, or the next thread would die of it too.
   */
  #isGuest({ source, begun }: LaneJob): boolean {
    return !begun && source !== undefined && source.home !== this && source.home.isUp
  }

  #move(to: LaneState): void {
    if (!LANE_MOVES[this.#state].includes(to))
      throw new Error(`lane ${this.index} cannot go from ${this.#state} to ${to}`)
    this.#state = to
  }
}
