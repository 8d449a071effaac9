import { SILENT_LOGIN_MS, type TargetLimits } from '../limits.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import type { Timers } from '../timer-wheel.ts'
import { ConnectionRefusal, type RefusedConnection } from './connection-refusal.ts'
import type { LoginPlace } from './login-place.ts'

/** What the connections in login are bounded, timed and counted by. */
export interface LoginQueueOptions {
  readonly limits: TargetLimits
  readonly timers: Pick<Timers, 'now'>
  readonly statistics: TargetStatistics
}

/** Who comes, and how it goes again. */
export interface Arrival {
  readonly source: string
  /** Ends the connection, because another one gets its place; it leaves the queue by that. */
  giveWay(): void
}

/** Those that may have to give way, who got a step further last being last. */
type Line = Set<Place>

/** The places of one source, of whatever kind. */
interface SourcePlaces {
  taken: number
  readonly line: Line
}

/**
 * The connections that have not logged in, against their limits: in all and by source address. Whoever has got no
 * further for a while, and has not proved who it is, gives way to others, the one that did so for longest first: so
 * who is asked and never answers keeps nobody out. Beyond that one of a source that has fewer of them than another
 * gets the place of that one's oldest, so that nobody who comes from few addresses keeps others out.
 */
export class LoginQueue {
  readonly #limits: TargetLimits
  readonly #timers: Pick<Timers, 'now'>
  readonly #statistics: TargetStatistics
  readonly #bySource = new Map<string, SourcePlaces>()
  readonly #line: Line = new Set()
  #size = 0

  constructor({ limits, timers, statistics }: LoginQueueOptions) {
    this.#limits = limits
    this.#timers = timers
    this.#statistics = statistics
  }

  get size(): number {
    return this.#size
  }

  /**
   * Why no connection from this address may come in; undefined when there is a place for it now. A source that has its
   * share is let in beyond that while all of its own get on with their logins and there is room in all.
   */
  refusal(source: string): RefusedConnection | undefined {
    const { connectionsInLogin, connectionsInLoginPerSource } = this.#limits
    const own = this.#bySource.get(source)
    const isOver = own !== undefined && own.taken >= connectionsInLoginPerSource
    if (isOver && this.#displaceSilent(own.line)) return undefined
    if (this.#size < connectionsInLogin) return undefined
    if (isOver) {
      const reason = `${own.taken} connections from ${source} have not logged in`
      return { counted: ConnectionRefusal.ofSource, reason }
    }
    if (this.#displaceSilent(this.#line) || this.#displaceOfMost(own?.taken ?? 0)) return undefined
    return { counted: ConnectionRefusal.inLogin, reason: `${connectionsInLogin} connections have not logged in` }
  }

  /** A connection has come in. */
  enter(arrival: Arrival): LoginPlace {
    const own = this.#bySource.get(arrival.source) ?? { taken: 0, line: new Set() }
    this.#bySource.set(arrival.source, own)
    own.taken++
    this.#size++
    this.#statistics.add(Counter.connectionsInLogin)
    const { source } = arrival
    return new Place(arrival, { timers: this.#timers, lines: [own.line, this.#line], left: () => this.#left(source) })
  }

  #left(source: string): void {
    const own = this.#bySource.get(source) as SourcePlaces
    this.#size--
    this.#statistics.add(Counter.connectionsInLogin, -1)
    if (--own.taken === 0) this.#bySource.delete(source)
  }

  /** Has the one give way that has got no further for longest, if that is long. */
  #displaceSilent(line: Line): boolean {
    const [first] = line
    return first !== undefined && this.#timers.now - first.steppedMs >= SILENT_LOGIN_MS && this.#displace(first)
  }

  /** Has the first of the source with the most places give way to one whose source would still have fewer. */
  #displaceOfMost(ofSource: number): boolean {
    let most: SourcePlaces | undefined
    for (const places of this.#bySource.values()) if (!most || places.taken > most.taken) most = places
    if (!most || most.taken <= ofSource + 1) return false
    const [first] = most.line
    return first !== undefined && this.#displace(first)
  }

  #displace(place: Place): boolean {
    place.giveWay()
    this.#statistics.add(Counter.loginsDisplaced)
    return true
  }
}

interface PlaceSurroundings {
  readonly timers: Pick<Timers, 'now'>
  readonly lines: readonly Line[]
  readonly left: () => void
}

class Place implements LoginPlace {
  readonly source: string
  steppedMs = 0
  /** Undefined once it has left: what a line was made of may be there for longer (FleetingMap). */
  #arrival: Arrival | undefined
  readonly #surroundings: PlaceSurroundings
  #isLeft = false

  constructor(arrival: Arrival, surroundings: PlaceSurroundings) {
    this.source = arrival.source
    this.#arrival = arrival
    this.#surroundings = surroundings
    this.stepped()
  }

  giveWay(): void {
    this.#arrival?.giveWay()
  }

  stepped(): void {
    if (this.#isLeft) return
    const { timers, lines } = this.#surroundings
    this.keep()
    this.steppedMs = timers.now
    for (const line of lines) line.add(this)
  }

  keep(): void {
    for (const line of this.#surroundings.lines) line.delete(this)
  }

  leave(): void {
    if (this.#isLeft) return
    this.#isLeft = true
    this.#arrival = undefined
    this.keep()
    this.#surroundings.left()
  }
}
