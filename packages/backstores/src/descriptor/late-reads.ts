import { storeLimits } from '../limits.ts'
import type { StoreRequest } from '../store/store-request.ts'
import type { Timers } from '../timers.ts'
import { MISSED } from './in-place.ts'
import { Pace } from './pace.ts'

const { lateReadPace, lateReadBytes, lateReads } = storeLimits

/** What late reads ask of a file, and tell it. */
export interface LateReadOwner {
  /** See `InPlace.read`. */
  readAgain(request: StoreRequest): number
  /** What the last attempt returned; MISSED: it has not come, and is not waited for any longer here. */
  lateReadEnded(request: StoreRequest, doneBytes: number): void
}

interface LateRead {
  readonly request: StoreRequest
  readonly sinceMs: number
}

/**
 * Reads that were not in the page cache. The attempt to read them has made the system fetch them, and a fast medium does
 * that in less time than it takes to wake a lane and to hear from it: so they are tried again in each turn of the event
 * loop, for a moment, as long as recent ones came that soon.
 */
export class LateReads {
  readonly #owner: LateReadOwner
  readonly #timers: Timers
  readonly #pace: Pace
  #waiting: LateRead[] = []
  #looks = false

  constructor(owner: LateReadOwner, timers: Timers) {
    this.#owner = owner
    this.#timers = timers
    this.#pace = new Pace(lateReadPace, timers)
  }

  /** Whether a read that was missed is waited for here. */
  wait(request: StoreRequest): boolean {
    if (request.lengthBytes > lateReadBytes || this.#waiting.length >= lateReads || !this.#pace.allowed) return false
    this.#waiting.push({ request, sinceMs: this.#timers.now() })
    this.#lookLater()
    return true
  }

  #lookLater(): void {
    if (this.#looks) return
    this.#looks = true
    setImmediate(this.#look)
  }

  readonly #look = (): void => {
    const waiting = this.#waiting
    this.#waiting = []
    this.#looks = false
    for (const read of waiting) this.#try(read)
    if (this.#waiting.length > 0) this.#lookLater()
  }

  #try(read: LateRead): void {
    const { request, sinceMs } = read
    const doneBytes = this.#owner.readAgain(request)
    const lateMs = this.#timers.now() - sinceMs
    if (doneBytes === MISSED && lateMs <= lateReadPace.slowAfterMs) {
      this.#waiting.push(read)
      return
    }
    this.#pace.note(lateMs, 0)
    this.#owner.lateReadEnded(request, doneBytes)
  }
}
