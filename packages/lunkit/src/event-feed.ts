import type { LaneEvent } from '@lunkit/backstores'
import type { TargetEvent } from '@lunkit/target'
import type { DiskEvent } from './server-options.ts'

/** What goes on in a server. */
export type ServerEvent =
  | TargetEvent
  /** How a disk was opened, and what becomes of it; by plugin and name: `fileio/disk0`. */
  | { readonly kind: 'disk'; readonly disk: string; readonly event: DiskEvent }
  | { readonly kind: 'lane'; readonly event: LaneEvent }
  /** So many events before the next one were dropped, because nobody took them. */
  | { readonly kind: 'missed'; readonly events: number }

/** So many events are kept for who does not take them; the oldest are dropped then. */
export const EVENTS_KEPT = 1024

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** The events of a server for one who takes them one by one, from when it was made on. */
class EventQueue implements AsyncIterableIterator<ServerEvent, undefined> {
  readonly #leave: (queue: EventQueue) => void
  #kept: ServerEvent[] = []
  #missed = 0
  #waiting: ((result: IteratorResult<ServerEvent, undefined>) => void)[] = []
  #ended = false

  constructor(leave: (queue: EventQueue) => void) {
    this.#leave = leave
  }

  tell(event: ServerEvent): void {
    const next = this.#waiting.shift()
    if (next) return next({ done: false, value: event })
    this.#kept.push(event)
    if (this.#kept.length <= EVENTS_KEPT) return
    this.#kept.shift()
    this.#missed++
  }

  next(): Promise<IteratorResult<ServerEvent, undefined>> {
    const value = this.#take()
    if (value) return Promise.resolve({ done: false, value })
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** What was kept can still be taken. */
  end(): void {
    this.#ended = true
    for (const next of this.#waiting.splice(0)) next(DONE)
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#leave(this)
    this.#kept = []
    this.#missed = 0
    this.end()
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #take(): ServerEvent | undefined {
    if (this.#missed === 0) return this.#kept.shift()
    const events = this.#missed
    this.#missed = 0
    return { kind: 'missed', events }
  }
}

/** Tells all who take them what goes on in a server. */
export class EventFeed {
  readonly #queues = new Set<EventQueue>()
  #ended = false

  tell(event: ServerEvent): void {
    for (const queue of this.#queues) queue.tell(event)
  }

  /** The events from now on; taking them ends with the server, or with `return` (leaving a `for await`). */
  open(): AsyncIterableIterator<ServerEvent, undefined> {
    const queue = new EventQueue(each => this.#queues.delete(each))
    if (this.#ended) queue.end()
    else this.#queues.add(queue)
    return queue
  }

  end(): void {
    this.#ended = true
    for (const queue of this.#queues) queue.end()
    this.#queues.clear()
  }
}
