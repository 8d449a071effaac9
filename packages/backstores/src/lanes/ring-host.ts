import { storeLimits } from '../limits.ts'
import type { SystemCall } from '../native/system-call.ts'
import { type LaneJob, LaneOperation } from './lane-job.ts'
import { CALL_SHIFT, FIELDS, Field, RETIRED, type RingMemory, Word } from './ring-memory.ts'

const DETAIL_MASK = (1 << CALL_SHIFT) - 1

/** The host's side of a ring: jobs go in, and come back in the same order. */
export class RingHost {
  readonly #ring: RingMemory
  readonly #jobs: (LaneJob | undefined)[]
  readonly #mask: number
  /** Counts of the entries submitted and taken back, modulo 2^32, as signed 32-bit numbers. */
  #submitted: number
  #reaped: number

  constructor(ring: RingMemory) {
    this.#ring = ring
    this.#mask = ring.capacity - 1
    this.#jobs = new Array<LaneJob | undefined>(ring.capacity).fill(undefined)
    this.#submitted = ring.head[Word.submitted] as number
    this.#reaped = ring.head[Word.completed] as number
  }

  /** Jobs that are in the ring now. */
  get pending(): number {
    return (this.#submitted - this.#reaped) | 0
  }

  /** Jobs that have completed and wait to be reaped. */
  get completed(): number {
    return (Atomics.load(this.#ring.head, Word.completed) - this.#reaped) | 0
  }

  /** How many have completed since the ring was made, modulo 2^32. */
  get progress(): number {
    return Atomics.load(this.#ring.head, Word.completed)
  }

  /** Whether the lane has begun a job that has not completed. */
  get isWorking(): boolean {
    return Atomics.load(this.#ring.head, Word.begun) !== this.progress
  }

  /** The first job that has not completed. */
  get current(): LaneJob | undefined {
    const { progress } = this
    return progress === this.#submitted ? undefined : this.#jobs[progress & this.#mask]
  }

  /** Has the lane end with what it has begun. Takes the other jobs back, none of which was or will be begun. */
  retire(): LaneJob[] {
    const { head } = this.#ring
    let begun = Atomics.load(head, Word.begun)
    for (let found = begun; ; begun = found) {
      found = Atomics.compareExchange(head, Word.begun, begun, begun ^ RETIRED)
      if (found === begun) break
    }
    // It looks as if there were one more: a lane that has just gone to sleep wakes up for it, and ends.
    Atomics.store(head, Word.submitted, (this.#submitted + 1) | 0)
    Atomics.notify(head, Word.submitted, 1)
    const jobs: LaneJob[] = []
    for (; this.#submitted !== begun; this.#submitted = (this.#submitted - 1) | 0) {
      const index = (this.#submitted - 1) & this.#mask
      jobs.unshift(this.#jobs[index] as LaneJob)
      this.#jobs[index] = undefined
    }
    return jobs
  }

  /** Puts a job into the ring and wakes the lane if it sleeps; false when the ring is full. */
  submit(job: LaneJob): boolean {
    const { head, entries } = this.#ring
    if (this.pending > this.#mask) return false
    const index = this.#submitted & this.#mask
    const at = index * FIELDS
    entries[at + Field.operation] = job.operation
    entries[at + Field.fd] = job.fd
    entries[at + Field.sync] = job.sync ? 1 : 0
    entries[at + Field.memoryOffset] = job.memoryOffset
    entries[at + Field.lengthBytes] = job.lengthBytes
    entries[at + Field.offset] = job.offset
    this.#jobs[index] = job
    this.#submitted = (this.#submitted + 1) | 0
    Atomics.store(head, Word.submitted, this.#submitted)
    // The lane says that it sleeps before it looks a last time, so one of the two sees the other. Turning the word back
    // here makes further jobs of this turn wake nobody.
    if (Atomics.load(head, Word.sleeping) === 1 && Atomics.exchange(head, Word.sleeping, 0) === 1)
      Atomics.notify(head, Word.submitted, 1)
    return true
  }

  /** Takes back one completed job, its results filled in; undefined when none is complete. */
  reap(): LaneJob | undefined {
    if (this.completed === 0) return undefined
    const index = this.#reaped & this.#mask
    const job = this.#take(index)
    const at = index * FIELDS
    job.result = this.#ring.entries[at + Field.result] as number
    const notes = this.#ring.entries[at + Field.notes] as number
    job.detail = notes & DETAIL_MASK
    job.call = (notes >> CALL_SHIFT) as SystemCall
    job.busyMs = this.#ring.entries[at + Field.busyMs] as number
    job.lost = false
    if (job.operation === LaneOperation.extents && job.result > 0) this.#copyBoundaries(job, index)
    return job
  }

  /** Asks for a doorbell with the next completion; false when something has completed already, and none will come. */
  arm(): boolean {
    const { head } = this.#ring
    Atomics.store(head, Word.armed, 1)
    if (this.completed === 0) return true
    // The lane may have seen the word in between: then its doorbell is on its way, which does no harm.
    Atomics.store(head, Word.armed, 0)
    return false
  }

  /** After the lane's thread has ended and all that completed was reaped: takes back one job that did not complete. */
  lose(): LaneJob | undefined {
    if (this.pending === 0) return undefined
    const job = this.#take(this.#reaped & this.#mask)
    job.lost = true
    // Entries are served one after the other: only the first can have been begun.
    job.begun = ((this.#reaped - 1) | 0) === (this.#ring.head[Word.completed] as number)
    return job
  }

  #take(index: number): LaneJob {
    const job = this.#jobs[index] as LaneJob
    this.#jobs[index] = undefined
    this.#reaped = (this.#reaped + 1) | 0
    return job
  }

  #copyBoundaries(job: LaneJob, index: number): void {
    const { boundaries } = this.#ring
    const from = index * storeLimits.boundariesPerEntry
    job.boundaries ??= new Float64Array(storeLimits.boundariesPerEntry)
    for (let i = 0; i < job.result; i++) job.boundaries[i] = boundaries[from + i] as number
  }
}
