import {
  callback,
  checkArgument,
  checkOptions,
  type Domain,
  type Timers as Later,
  type OptionDomains,
  wholeNumber,
} from '@lunkit/wire'

/** Takes a deadline back; nothing happens where it has passed. */
export type CancelDeadline = () => void

/** Where coarse deadlines come from: at most about a tick later than they were asked for. */
export interface Timers extends Later {
  /** Milliseconds of a clock that never goes back, as of the last tick; it stands still while the process does. */
  readonly now: number
}

interface Deadline {
  readonly dueMs: number
  action: () => void
}

/** What a deadline does that is over: what it was for must not be held by what a slot was made of (FleetingMap). */
const nothing = (): void => {}

const TICK_MS = 500
const SLOTS = 256
/** What counts of a longer time between two looks at the clock. */
const STEP_TICKS = 4

/** How a wheel is made. */
export interface TimerWheelOptions {
  /** The clock, in milliseconds. */
  readonly clock?: () => number
  readonly tickMs?: number
}

const WHEEL: OptionDomains = { clock: callback, tickMs: wholeNumber(1, 60_000) }
const DELAY_MS: Domain = { type: 'number', words: 'a number of milliseconds, 0 or more', has: isDelay }

function isDelay(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY
}

/**
 * Deadlines in slots of one tick each: cheap to ask for and to take back, for thousands of connections. Time in which the
 * process stood still (a virtual machine that was paused, a machine that is too busy) counts for a few ticks at most: what
 * peers sent meanwhile was not read, and no peer may lose a command or its connection for that.
 */
export class TimerWheel implements Timers {
  readonly tickMs: number
  readonly #clock: () => number
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Deadline>())
  readonly #stepMs: number
  #tick: number
  #now: number
  /** What the clock showed when it was looked at last. */
  #lookedMs: number

  /** @throws {TypeError} or {RangeError} for options that cannot be. */
  constructor(options: TimerWheelOptions = {}) {
    checkOptions('TimerWheel', options, WHEEL)
    const { clock = () => performance.now(), tickMs = TICK_MS } = options
    this.tickMs = tickMs
    this.#clock = clock
    this.#stepMs = STEP_TICKS * tickMs
    this.#now = this.#lookedMs = clock()
    this.#tick = Math.floor(this.#now / tickMs)
  }

  get now(): number {
    return this.#now
  }

  /** How many deadlines there are. */
  get size(): number {
    return this.#slots.reduce((total, slot) => total + slot.size, 0)
  }

  /** @throws {TypeError} or {RangeError} for what is no time or no action. */
  after(delayMs: number, action: () => void): CancelDeadline {
    checkArgument('after: delayMs', delayMs, DELAY_MS)
    checkArgument('after: action', action, callback)
    const deadline = { dueMs: this.#now + this.#sinceLook() + delayMs, action }
    const tick = Math.max(this.#tick + 1, Math.ceil(deadline.dueMs / this.tickMs))
    const slot = this.#slots[tick % SLOTS] as Set<Deadline>
    slot.add(deadline)
    return () => {
      slot.delete(deadline)
      deadline.action = nothing
    }
  }

  /** Lets time pass: calls what has come due. Called about once a tick. */
  advance(): void {
    this.#now += this.#sinceLook()
    this.#lookedMs = this.#clock()
    const tick = Math.floor(this.#now / this.tickMs)
    while (this.#tick < tick) {
      this.#tick++
      const slot = this.#slots[this.#tick % SLOTS] as Set<Deadline>
      for (const deadline of slot) {
        if (deadline.dueMs > this.#now) continue
        const { action } = deadline
        slot.delete(deadline)
        deadline.action = nothing
        action()
      }
    }
  }

  #sinceLook(): number {
    return Math.min(this.#clock() - this.#lookedMs, this.#stepMs)
  }
}

/**
 * A wheel that the process's own clock turns. It keeps no process alive.
 * @returns the wheel, and what stops it.
 * @throws {TypeError} or {RangeError} for options that cannot be.
 */
export function startTimerWheel(options: TimerWheelOptions = {}): { wheel: TimerWheel; stop: () => void } {
  const wheel = new TimerWheel(options)
  const interval = setInterval(() => wheel.advance(), wheel.tickMs)
  interval.unref()
  return { wheel, stop: () => clearInterval(interval) }
}
