import { type LifeTimers, lifeTimers } from './life-timers.ts'
import type { Supervisor } from './supervisor.ts'

/** What there is of what is served. */
export interface ServingGauge {
  readonly luns: number
  readonly lunsInFile: number
  readonly sessions: number
}

/** How long what is opened may take until it is told how far that is; and how often it is. */
const OPENING_MS = 60_000
const OPENING_EVERY_MS = 2000
/** How often it is looked what there is to tell. */
const LOOK_EVERY_MS = 5000
/** So often in the time that a supervisor waits, it gets a sign of life. */
const FEEDS = 3
const US_PER_MS = 1000

/** What the life of a daemon is told to, and by what it goes. */
export interface DaemonLifeOptions {
  /** Undefined: nobody wants to hear. */
  readonly supervisor: Pick<Supervisor, 'tell' | 'watchdogMs'> | undefined
  /** What of lunkitd does not answer, in words; undefined while everything does. */
  readonly silent: () => string | undefined
  readonly timers?: LifeTimers
}

/** Tells the supervisor how it goes with lunkitd: from its start to its end. */
export class DaemonLife {
  readonly #supervisor: DaemonLifeOptions['supervisor']
  readonly #silent: () => string | undefined
  readonly #timers: LifeTimers
  readonly #stops: (() => void)[] = []
  #gauge: (() => ServingGauge) | undefined
  #told = ''
  #toldOpeningMs = Number.NEGATIVE_INFINITY

  constructor({ supervisor, silent, timers = lifeTimers }: DaemonLifeOptions) {
    this.#supervisor = supervisor
    this.#silent = silent
    this.#timers = timers
  }

  /** Disks are being opened, which may take longer than a start may. */
  opening(opened: number, toOpen: number): void {
    const nowMs = this.#timers.now()
    if (nowMs - this.#toldOpeningMs < OPENING_EVERY_MS) return
    this.#toldOpeningMs = nowMs
    this.#supervisor?.tell({
      EXTEND_TIMEOUT_USEC: OPENING_MS * US_PER_MS,
      STATUS: `opening disks: ${opened} of ${toOpen}`,
    })
  }

  /** Everything that can be served is. */
  serving(gauge: () => ServingGauge): void {
    if (this.#supervisor === undefined) return
    this.#gauge = gauge
    this.#told = this.#status(gauge)
    this.#supervisor.tell({ READY: 1, STATUS: this.#told })
    this.#stops.push(this.#timers.every(LOOK_EVERY_MS, () => this.#tellNews()))
    const { watchdogMs } = this.#supervisor
    if (watchdogMs === undefined) return
    this.#feed()
    this.#stops.push(this.#timers.every(watchdogMs / FEEDS, () => this.#feed()))
  }

  /** The configuration is taken anew. */
  reloading(): void {
    // What is asked before everything is served is a part of the start.
    if (this.#gauge === undefined) return
    this.#supervisor?.tell({
      RELOADING: 1,
      MONOTONIC_USEC: String(process.hrtime.bigint() / 1000n),
      STATUS: 'reading the configuration again',
    })
  }

  /** It was, or it could not be served and nothing has changed. */
  reloaded(): void {
    if (this.#gauge === undefined) return
    this.#told = this.#status(this.#gauge)
    this.#supervisor?.tell({ READY: 1, STATUS: this.#told })
  }

  /** It ends. */
  stopping(): void {
    for (const stop of this.#stops.splice(0)) stop()
    this.#gauge = undefined
    this.#supervisor?.tell({ STOPPING: 1, STATUS: 'what is under way ends, disks are flushed' })
  }

  /** Whoever is silent is not spoken for. */
  #feed(): void {
    if (this.#silent() === undefined) this.#supervisor?.tell({ WATCHDOG: 1 })
  }

  #tellNews(): void {
    if (this.#gauge === undefined) return
    const status = this.#status(this.#gauge)
    if (status === this.#told) return
    this.#told = status
    this.#supervisor?.tell({ STATUS: status })
  }

  #status(gauge: () => ServingGauge): string {
    const { luns, lunsInFile, sessions } = gauge()
    const what = `serving ${luns} of ${lunsInFile} LUNs, ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`
    const silent = this.#silent()
    return silent === undefined ? what : `${what}; ${silent}`
  }
}
