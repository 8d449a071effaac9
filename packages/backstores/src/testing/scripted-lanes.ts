import { Block } from '@lunkit/statistics'
import type { Slab } from '@lunkit/wire'
import { ReadBatch } from '../descriptor/read-batch.ts'
import { JobQueue } from '../lanes/job-queue.ts'
import type { LaneClient } from '../lanes/lane-client.ts'
import type { LaneJob } from '../lanes/lane-job.ts'
import { LaneService } from '../lanes/lane-service.ts'
import type { LaneAccess, LaneSet } from '../lanes/lane-set.ts'
import { RingHost } from '../lanes/ring-host.ts'
import { RingMemory } from '../lanes/ring-memory.ts'
import { RingServer } from '../lanes/ring-server.ts'
import { storeMetrics } from '../store-metrics.ts'
import { TurnBudget } from '../turn-budget.ts'
import { ManualTimers } from './manual-timers.ts'
import { ScriptedCalls } from './scripted-calls.ts'

/** One lane for tests, without a thread: its system calls follow a script, and it serves when it is told to. */
export class ScriptedLanes implements LaneSet, LaneAccess {
  readonly memory: SharedArrayBuffer
  readonly native: boolean
  readonly timers = new ManualTimers()
  readonly turn = new TurnBudget(1024 * 1024)
  /** Nothing opens it unless a test does. */
  readonly reads = new ReadBatch({ now: () => this.timers.now(), open: () => undefined })
  readonly stores = new Block(storeMetrics)
  readonly calls = new ScriptedCalls()
  /** Whether jobs are served by themselves, soon after they came. */
  automatic = true
  readonly #waiting = new JobQueue()
  readonly #ring = RingMemory.allocate(1)
  readonly #host = new RingHost(this.#ring)
  readonly #server = new RingServer(this.#ring)
  readonly #service = new LaneService(this.#server, this.calls)
  #client: LaneClient | undefined
  #down = false

  constructor(slab: Slab, { native = false } = {}) {
    this.memory = slab.memory
    this.native = native
  }

  attach(client: LaneClient): LaneAccess {
    this.#client = client
    return this
  }

  detach(): void {
    this.#client = undefined
  }

  submit(job: LaneJob): void {
    this.#waiting.push(job)
    if (this.automatic || this.#down) setImmediate(() => this.serve(1))
  }

  /** Does the next jobs, `count` of them, or all that there are. */
  serve(count = Number.POSITIVE_INFINITY): void {
    for (let left = count; left > 0; left--) {
      const job = this.#waiting.shift()
      if (!job) return
      if (this.#down) this.#lose(job, false)
      else this.#perform(job)
    }
  }

  /** Does all jobs that there are, and those that follow from them. */
  async serveAll(): Promise<void> {
    do {
      this.serve()
      await new Promise(resolve => setImmediate(resolve))
    } while (!this.#waiting.isEmpty)
  }

  /** Dies with all jobs that wait: the first of them was begun. */
  die(): void {
    this.#down = true
    this.#client?.laneDown()
    for (let job = this.#waiting.shift(), begun = true; job; job = this.#waiting.shift(), begun = false)
      this.#lose(job, begun)
  }

  /** Serves again. */
  comeBack(): void {
    this.#down = false
    this.#client?.laneUp()
  }

  #perform(job: LaneJob): void {
    this.#host.submit(job)
    this.#server.next()
    this.#service.serve()
    this.#host.reap()
    job.ended()
  }

  #lose(job: LaneJob, begun: boolean): void {
    job.lost = true
    job.begun = begun
    job.ended()
  }
}
