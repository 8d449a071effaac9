import type { TargetLimits } from '../limits.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'

/** Counts the connections that have not logged in, in all and by source, against their limits. */
export class LoginQueue {
  readonly #limits: TargetLimits
  readonly #statistics: TargetStatistics
  readonly #bySource = new Map<string, number>()
  #size = 0

  constructor(limits: TargetLimits, statistics: TargetStatistics) {
    this.#limits = limits
    this.#statistics = statistics
  }

  get size(): number {
    return this.#size
  }

  /** Takes a connection from a source address in; if it may not come in, says why. */
  enter(source: string): string | undefined {
    const { connectionsInLogin, connectionsInLoginPerSource } = this.#limits
    const ofSource = this.#bySource.get(source) ?? 0
    if (this.#size >= connectionsInLogin) {
      this.#statistics.add(Counter.connectionsRefusedInLogin)
      return `${connectionsInLogin} connections have not logged in`
    }
    if (ofSource >= connectionsInLoginPerSource) {
      this.#statistics.add(Counter.connectionsRefusedOfSource)
      return `${connectionsInLoginPerSource} connections from ${source} have not logged in`
    }
    this.#size++
    this.#statistics.add(Counter.connectionsInLogin)
    this.#bySource.set(source, ofSource + 1)
    return undefined
  }

  /** A connection has logged in, or is gone. */
  leave(source: string): void {
    this.#size--
    this.#statistics.add(Counter.connectionsInLogin, -1)
    const ofSource = (this.#bySource.get(source) ?? 1) - 1
    if (ofSource > 0) this.#bySource.set(source, ofSource)
    else this.#bySource.delete(source)
  }
}
