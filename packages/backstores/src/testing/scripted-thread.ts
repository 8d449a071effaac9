import type { LaneThreadOptions } from '../lanes/lane-thread.ts'
import { RingServer } from '../lanes/ring-server.ts'

/** A lane's thread for tests: it does what the test says, when the test says it. */
export class ScriptedThread {
  /** What it was started with. */
  readonly options: LaneThreadOptions
  /** Whether its lane wants it ended as by a crash. */
  terminated = false
  readonly #server: RingServer

  constructor(options: LaneThreadOptions) {
    this.options = options
    this.#server = new RingServer(options.ring)
  }

  /** It serves from now on. */
  ready(): void {
    this.options.owner.threadReady()
  }

  /** Begins the next job; false when there is none for it. */
  begin(): boolean {
    return this.#server.next() && !this.#server.retired
  }

  /** Completes what it has begun, and tells nobody. */
  completeQuietly(result = 0): void {
    this.#server.complete(result, 0)
  }

  /** Completes what it has begun, and rings. */
  complete(result = 0): void {
    this.completeQuietly(result)
    this.ring()
  }

  /** Tells that something has completed. */
  ring(): void {
    this.options.owner.threadCompleted()
  }

  /** Does all that there is. How many jobs that were. */
  work(): number {
    let jobs = 0
    for (; this.begin(); jobs++) this.complete()
    return jobs
  }

  /** It has ended. */
  end(cause?: Error): void {
    this.options.owner.threadEnded(cause)
  }

  terminate(): void {
    this.terminated = true
  }
}
