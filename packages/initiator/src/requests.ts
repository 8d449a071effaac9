import { RESERVED_TAG } from '@lunkit/pdu'
import { RejectedError } from './error.ts'
import { FIRST_REQUEST_TAG } from './task-table.ts'

/** A request that is no SCSI command, and waits for its answer. */
interface Waiting {
  readonly what: string
  /** Takes the answer that came with the tag. */
  readonly answered: (answer: unknown) => void
  readonly failed: (reason: unknown) => void
}

/** Pings, task management functions, texts and logouts on their way. */
export class Requests {
  readonly #waiting = new Map<number, Waiting>()
  #nextTag: number

  constructor(firstTag = FIRST_REQUEST_TAG) {
    this.#nextTag = firstTag
  }

  /** A tag for a request, or for all requests of a sequence. */
  newTag(): number {
    const tag = this.#nextTag
    // The last tag is the reserved one.
    this.#nextTag = tag < RESERVED_TAG - 1 ? tag + 1 : FIRST_REQUEST_TAG
    return tag
  }

  /** Registers a request that was sent with this tag; resolves with its answer. */
  async wait<Answer>(tag: number, what: string): Promise<Answer> {
    return new Promise<Answer>((resolve, failed) => {
      this.#waiting.set(tag, { what, answered: answer => resolve(answer as Answer), failed })
    })
  }

  /** Ends a request with its answer; false when none with this tag waits. */
  answer(tag: number, answer: unknown): boolean {
    const waiting = this.#waiting.get(tag)
    this.#waiting.delete(tag)
    waiting?.answered(answer)
    return waiting !== undefined
  }

  /** Fails a request for which nobody waits any longer; its answer may still come, and is passed over then. */
  abandon(tag: number, reason: unknown): void {
    const waiting = this.#waiting.get(tag)
    if (!waiting) return
    this.#waiting.set(tag, { what: waiting.what, answered: () => undefined, failed: () => undefined })
    waiting.failed(reason)
  }

  /** Takes back a request that could not be sent. */
  forget(tag: number): void {
    this.#waiting.delete(tag)
  }

  /** Ends a request that the target rejected. */
  reject(tag: number, reason: number): void {
    const waiting = this.#waiting.get(tag)
    this.#waiting.delete(tag)
    waiting?.failed(new RejectedError(reason, waiting.what))
  }

  /** Ends all of them. */
  fail(reason: Error): void {
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const waiting of all) waiting.failed(reason)
  }
}
