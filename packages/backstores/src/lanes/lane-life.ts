import { storeLimits } from '../limits.ts'
import { libc } from '../native/libc-access.ts'
import { ReservedAddresses } from '../native/reserved-addresses.ts'
import type { LaneJob } from './lane-job.ts'
import { LaneThread, type LaneThreadOwner, type StartLaneThread } from './lane-thread.ts'
import { RingHost } from './ring-host.ts'
import { RingMemory } from './ring-memory.ts'

/** Hears of one life of a lane. */
export interface LaneLifeOwner {
  /** The thread serves. */
  lifeReady(life: LaneLife): void
  /** The thread runs on any processor, in place of the one that it was given: the system says why by this number. */
  lifeUnplaced(errno: number): void
  /** A job is done: it is out of the ring, and ends with this call. */
  jobDone(life: LaneLife, job: LaneJob): void
  /** The thread has really ended; all that it had completed is done. */
  lifeEnded(life: LaneLife, cause: Error | undefined): void
}

/** What a life is made with. */
export interface LaneLifeOptions {
  /** The number of its lane. */
  readonly index: number
  readonly memory: SharedArrayBuffer
  readonly native: boolean
  /** Microseconds for which the thread looks for more work before it sleeps. */
  readonly pollUs: Int32Array
  /** The processor that the thread runs on; left out, any. */
  readonly cpu?: number | undefined
  readonly owner: LaneLifeOwner
  /** A worker thread when left out. */
  readonly startThread?: StartLaneThread
}

const startWorker: StartLaneThread = options => new LaneThread(options)

/** One thread of a lane, with a ring of its own: what an earlier thread might still do cannot reach it. */
export class LaneLife implements LaneThreadOwner {
  readonly ring: RingHost
  readonly #owner: LaneLifeOwner
  readonly #thread: ReturnType<StartLaneThread>
  readonly #mapping: ReservedAddresses | undefined

  constructor({ index, memory, native, pollUs, cpu, owner, startThread = startWorker }: LaneLifeOptions) {
    const ring = RingMemory.allocate()
    this.ring = new RingHost(ring)
    this.#owner = owner
    const library = native ? libc() : undefined
    this.#mapping = library && ReservedAddresses.take(library, storeLimits.grainRegionBytes)
    const mappingAddress = this.#mapping?.address
    this.#thread = startThread({ index, ring, memory, native, mappingAddress, pollUs, cpu, owner: this })
  }

  /** Takes what has completed, whether a doorbell has rung or not; true when something had. */
  poll(): boolean {
    if (this.ring.completed === 0) return false
    this.#endCompleted()
    return true
  }

  /** Ends the thread as a crash would. */
  terminate(): void {
    this.#thread.terminate()
  }

  /** After its end: what it had and did not complete. */
  lost(): LaneJob[] {
    const jobs: LaneJob[] = []
    for (let job = this.ring.lose(); job; job = this.ring.lose()) jobs.push(job)
    return jobs
  }

  /** @internal */
  threadReady(): void {
    this.#owner.lifeReady(this)
  }

  /** @internal */
  threadUnplaced(errno: number): void {
    this.#owner.lifeUnplaced(errno)
  }

  /** @internal */
  threadCompleted(): void {
    this.#reap()
  }

  /** @internal */
  threadEnded(cause: Error | undefined): void {
    this.#mapping?.release()
    this.#endCompleted()
    this.#owner.lifeEnded(this, cause)
  }

  /** Takes what has completed, and asks for a doorbell once nothing has. */
  readonly #reap = (): void => {
    for (let round = 0; round < storeLimits.reapRounds; round++) {
      this.#endCompleted()
      if (this.ring.arm()) return
    }
    setImmediate(this.#reap)
  }

  #endCompleted(): void {
    for (let left = this.ring.completed; left > 0; left--) this.#owner.jobDone(this, this.ring.reap() as LaneJob)
  }
}
