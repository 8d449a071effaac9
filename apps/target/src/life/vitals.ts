import type { Logger } from '../log/logger.ts'
import type { Standstill, Standstills } from './beats.ts'
import { type LifeTimers, lifeTimers } from './life-timers.ts'
import type { WatchThread } from './watch-thread.ts'

/** How often it is looked whether all answer, and how often the watching thread is told the status anew. */
const LOOK_EVERY_MS = 250
const REMEMBER_EVERY_MS = 5000

/** What of lunkitd may stop to answer. */
export interface Watched {
  readonly watch: Pick<WatchThread, 'silent' | 'lastStandstill' | 'standstills' | 'remember' | 'endSoon'>
  /** The lanes that do nothing any more. */
  readonly silentLanes: () => readonly number[]
  /** What `status` answers now, without health. */
  readonly status: () => object
}

const NEVER: Standstills = { times: 0, forMs: 0 }

/** Whether the threads of lunkitd answer: what status, systemd and the log are told of that. */
export class Vitals {
  readonly #log: Pick<Logger, 'error' | 'info'>
  readonly #timers: LifeTimers
  readonly #stops: (() => void)[] = []
  #watched: Watched | undefined
  #told: string | undefined

  constructor(log: Pick<Logger, 'error' | 'info'>, timers: LifeTimers = lifeTimers) {
    this.#log = log
    this.#timers = timers
  }

  /** What does not answer, in words; undefined while all do. */
  get silent(): string | undefined {
    return this.#watched?.watch.silent ?? this.#silentLanes
  }

  /** When the protocol thread stood still last; undefined: never yet. */
  get lastStandstill(): Standstill | undefined {
    return this.#watched?.watch.lastStandstill
  }

  /** How often it has, and for how long. */
  get standstills(): Standstills {
    return this.#watched?.watch.standstills ?? NEVER
  }

  /** Watches these from now on. */
  begin(watched: Watched): void {
    this.#watched = watched
    watched.watch.remember(watched.status())
    this.#stops.push(this.#timers.every(LOOK_EVERY_MS, () => this.#look()))
    this.#stops.push(this.#timers.every(REMEMBER_EVERY_MS, () => watched.watch.remember(watched.status())))
  }

  /** The process ends itself: nothing that hangs is to keep it from that for long. */
  endSoon(): void {
    this.#watched?.watch.endSoon()
  }

  /** Watches nothing any more. */
  end(): void {
    for (const stop of this.#stops.splice(0)) stop()
    this.#watched = undefined
  }

  get #silentLanes(): string | undefined {
    const lanes = this.#watched?.silentLanes() ?? []
    if (lanes.length === 0) return undefined
    return `${lanes.length === 1 ? 'lane' : 'lanes'} ${lanes.join(', ')} ${lanes.length === 1 ? 'does' : 'do'} not answer`
  }

  /** The watching thread has a line of its own. */
  #look(): void {
    const silent = this.#silentLanes
    if (silent === this.#told) return
    this.#told = silent
    if (silent !== undefined)
      this.#log.error(
        { event: 'lanesSilent' },
        `${silent}: too many operations do not return; the disks that are at home there wait`,
      )
    else this.#log.info({ event: 'lanesAnswer' }, 'all lanes answer again')
  }
}
