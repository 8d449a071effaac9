import { callback, checkArgument } from '@lunkit/wire'
import { statisticsLimits } from './limits.ts'

const done = Promise.resolve()

/**
 * A clock that looks seldom: to look costs as much as all else that is counted of a command. It gives the time that it
 * has read once more until the event loop has its turn again, `statisticsLimits.clockUses` times at the most. Whoever has made a system call, or has done anything else that
 * takes its time, calls `read`, and all that follows has the new time.
 */
export class Clock {
  readonly #source: () => number
  readonly #expire = (): void => {
    this.#expires = false
    this.#left = 0
  }
  #time = 0
  #left = 0
  #expires = false

  /**
   * `source` is a clock in milliseconds that never goes back; left out, the system's.
   * @throws {TypeError} for what is no function.
   */
  constructor(source: () => number = () => performance.now()) {
    checkArgument('Clock: source', source, callback)
    this.#source = source
  }

  /** Milliseconds since a fixed point, with fractions; some microseconds old at the most. */
  now(): number {
    if (this.#left === 0) return this.read()
    this.#left--
    return this.#time
  }

  /** Looks: milliseconds since a fixed point. */
  read(): number {
    return this.look()
  }

  /**
   * The time after something that was begun at `sinceMs`, a time of this clock, and may have taken its time: where whoever did it has
   * looked when it was done, that time, else it looks.
   */
  readSince(sinceMs: number): number {
    return this.#time > sinceMs ? this.now() : this.read()
  }

  /** Looks, for whoever needs the time anyway and counts nothing by it: those who count know it then too. */
  look(): number {
    this.#left = statisticsLimits.clockUses
    if (!this.#expires) {
      this.#expires = true
      void done.then(this.#expire)
    }
    this.#time = this.#source()
    return this.#time
  }
}
