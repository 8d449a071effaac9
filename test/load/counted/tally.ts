/** Counters by name, those of a metric that tells kinds apart as `commands.read`: what a row says, as one list. */
export type Counts = Readonly<Record<string, number>>

/** What a client knows that must have been counted: so much for certain, and so much more that may have been. */
export class Tally {
  readonly #certain = new Map<string, number>()
  readonly #perhaps = new Map<string, number>()

  /** Several as one. */
  static sum(tallies: Iterable<Tally>): Tally {
    const sum = new Tally()
    for (const tally of tallies) {
      for (const [name, n] of tally.#certain) sum.count(name, n)
      for (const [name, n] of tally.#perhaps) sum.countPerhaps(name, n)
    }
    return sum
  }

  /** It was counted. */
  count(name: string, n = 1): void {
    this.#certain.set(name, this.certain(name) + n)
  }

  /** It was counted, or not. `checkConditions` stands for one of any kind of them. */
  countPerhaps(name: string, n = 1): void {
    this.#perhaps.set(name, (this.#perhaps.get(name) ?? 0) + n)
  }

  /** How many are certain. */
  certain(name: string): number {
    return this.#certain.get(name) ?? 0
  }

  /** How much more than is certain there may be. */
  perhaps(name: string): number {
    const [metric = name] = name.split('.')
    return (this.#perhaps.get(name) ?? 0) + (metric === name ? 0 : (this.#perhaps.get(metric) ?? 0))
  }

  /** In words, each counter that says something else. */
  differences(what: string, counts: Counts): string[] {
    return Object.entries(counts).flatMap(([name, counted]) => {
      const least = this.certain(name)
      const most = least + this.perhaps(name)
      if (counted >= least && counted <= most) return []
      return [`${what}: ${name} is ${counted}, right is ${least === most ? least : `${least} to ${most}`}`]
    })
  }
}
