import { LaneJob, type LaneOperation } from '../lanes/lane-job.ts'

/** A job for tests, which notes how it ended. */
export class NotedJob extends LaneJob {
  /** How often it has ended. */
  endings = 0
  readonly #ended = Promise.withResolvers<this>()
  readonly #onEnd: ((job: NotedJob) => void) | undefined

  constructor(
    fields: Partial<NotedJob> & { readonly operation?: LaneOperation } = {},
    onEnd?: (job: NotedJob) => void,
  ) {
    super()
    Object.assign(this, fields)
    this.#onEnd = onEnd
  }

  /** Resolves when it has ended for the first time. */
  get whenEnded(): Promise<this> {
    return this.#ended.promise
  }

  ended(): void {
    this.endings++
    this.#onEnd?.(this)
    this.#ended.resolve(this)
  }
}
