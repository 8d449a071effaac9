import type { TargetLimits } from '../limits.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import { ConnectionRefusal, type RefusedConnection } from './connection-refusal.ts'

/** A connection that has not logged in. */
export interface LoginPlace {
  readonly source: string
  /** Ends the connection, because another one gets its place; it leaves the queue by that. */
  giveWay(): void
}

/**
 * The connections that have not logged in, against their limits: in all and by source address. When all places are
 * taken, one of a source that has fewer of them than another gets the place of that one's oldest, so that nobody who
 * comes from few addresses keeps others out.
 */
export class LoginQueue {
  readonly #limits: TargetLimits
  readonly #statistics: TargetStatistics
  readonly #bySource = new Map<string, Set<LoginPlace>>()
  #size = 0

  constructor(limits: TargetLimits, statistics: TargetStatistics) {
    this.#limits = limits
    this.#statistics = statistics
  }

  get size(): number {
    return this.#size
  }

  /** Why no connection from this address may come in; undefined when there is a place for it now. */
  refusal(source: string): RefusedConnection | undefined {
    const { connectionsInLogin, connectionsInLoginPerSource } = this.#limits
    const ofSource = this.#bySource.get(source)?.size ?? 0
    if (ofSource >= connectionsInLoginPerSource) {
      const reason = `${connectionsInLoginPerSource} connections from ${source} have not logged in`
      return { counted: ConnectionRefusal.ofSource, reason }
    }
    if (this.#size < connectionsInLogin || this.#makePlace(ofSource)) return undefined
    return { counted: ConnectionRefusal.inLogin, reason: `${connectionsInLogin} connections have not logged in` }
  }

  /** A connection has come in. */
  enter(place: LoginPlace): void {
    this.#size++
    this.#statistics.add(Counter.connectionsInLogin)
    const places = this.#bySource.get(place.source)
    if (places) places.add(place)
    else this.#bySource.set(place.source, new Set([place]))
  }

  /** A connection has logged in, or is gone. */
  leave(place: LoginPlace): void {
    const places = this.#bySource.get(place.source)
    if (!places?.delete(place)) return
    this.#size--
    this.#statistics.add(Counter.connectionsInLogin, -1)
    if (places.size === 0) this.#bySource.delete(place.source)
  }

  /** Has the oldest of the source with the most places give way to one whose source would still have fewer. */
  #makePlace(ofSource: number): boolean {
    let most: Set<LoginPlace> | undefined
    for (const places of this.#bySource.values()) if (!most || places.size > most.size) most = places
    if (!most || most.size <= ofSource + 1) return false
    const [oldest] = most
    oldest?.giveWay()
    this.#statistics.add(Counter.loginsDisplaced)
    return true
  }
}
