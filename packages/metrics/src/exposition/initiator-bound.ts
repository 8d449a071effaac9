/** What all initiators are called that have no name of their own here. */
const OTHER = '_other'

/**
 * Which initiators are told by name: so many at a time, those who came first. One that has gone leaves its place. Rows that are no
 * initiator's (`_ended`) count for none.
 */
export class InitiatorBound {
  readonly #most: number
  #named = new Set<string>()

  /** So many initiators at the most. */
  constructor(most: number) {
    this.#most = most
  }

  /** These there are now; those who are named stay so. */
  see(initiators: Iterable<string>): void {
    const all = new Set(initiators)
    const named = new Set([...this.#named].filter(name => all.has(name)))
    for (const name of all) if (named.size < this.#most && !name.startsWith('_')) named.add(name)
    this.#named = named
  }

  /** What an initiator is called. */
  nameOf(initiator: string): string {
    return initiator.startsWith('_') || this.#named.has(initiator) ? initiator : OTHER
  }
}
