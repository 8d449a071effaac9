import { storeLimits } from '../limits.ts'
import type { Libc } from '../native/libc.ts'
import { UringCalls } from '../native/uring-calls.ts'
import { makeUring, releaseUring, type UringPlace, UringRings } from '../native/uring-rings.ts'

/** The io_uring of a lane's thread, made by its owner: what the kernel does in it outlives the thread. */
export class LaneUring {
  readonly place: UringPlace
  readonly #calls: UringCalls
  readonly #rings: UringRings

  private constructor(calls: UringCalls, place: UringPlace) {
    this.#calls = calls
    this.place = place
    this.#rings = new UringRings(calls, place)
  }

  /** Undefined where the system has none, or does not let this process have one. */
  static take(libc: Libc): LaneUring | undefined {
    const calls = new UringCalls(libc)
    try {
      return new LaneUring(calls, makeUring(calls, storeLimits.directWindow))
    } catch {
      return undefined
    }
  }

  /** Whether the kernel has nothing under way in it. */
  get isQuiet(): boolean {
    return this.#rings.underWay === 0
  }

  /** Nobody may look there any more. */
  release(): void {
    releaseUring(this.#calls, this.place)
  }
}
