import type { LaneJob } from './lane-job.ts'

/** Jobs that wait for room in a ring, first come first served, linked through the jobs themselves. */
export class JobQueue {
  #head: LaneJob | undefined
  #tail: LaneJob | undefined

  get isEmpty(): boolean {
    return this.#head === undefined
  }

  push(job: LaneJob): void {
    job.next = undefined
    if (this.#tail) this.#tail.next = job
    else this.#head = job
    this.#tail = job
  }

  peek(): LaneJob | undefined {
    return this.#head
  }

  shift(): LaneJob | undefined {
    const job = this.#head
    if (!job) return undefined
    this.#head = job.next
    if (!this.#head) this.#tail = undefined
    job.next = undefined
    return job
  }
}
