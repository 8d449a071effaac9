import type { Inventory } from '../families/inventory-families.ts'
import { CarriedCounts } from './carried-counts.ts'
import type { CountedBlock, Counters } from './counts.ts'

/** What all initiators are called that have no name of their own here. */
const OTHER = '_other'

/** What is told of the sessions that they have. */
const NOBODY = { initiator: OTHER, tsih: 0, address: '', alias: '', auth: '', digest: '', tls: false }

const isNobody = (initiator: string): boolean => initiator.startsWith('_')

/**
 * Which initiators are told by name: so many at a time, those who came first. One that has gone leaves its place to who comes then: who has
 * been told among the others stays there, or what those have done would be less than before.
 */
export class InitiatorBound {
  readonly #most: number
  readonly #carried = new CarriedCounts(OTHER)
  #named: ReadonlySet<string> = new Set()
  #others: ReadonlySet<string> = new Set()
  #started = 0

  /** So many initiators at the most. */
  constructor(most: number) {
    this.#most = most
  }

  /** The same, with no more initiators in it. It is called once for each reading. */
  bounded({ counters, inventory }: ToldAlike): ToldAlike {
    if (inventory.started !== this.#started) this.#forget(inventory.started)
    const ofRows = counters.blocks.flatMap(({ labels, rows }) => {
      const at = labels.indexOf('initiator')
      return at < 0 ? [] : rows.map(row => row.labels[at] ?? '')
    })
    this.#see([...ofRows, ...inventory.sessions.map(({ initiator }) => initiator)])
    const blocks = counters.blocks.map(block => (block.labels.includes('initiator') ? this.#block(block) : block))
    return {
      counters: { ...counters, blocks },
      inventory: { ...inventory, sessions: this.#sessions(inventory.sessions) },
    }
  }

  /** Another lunkitd counts from the beginning. */
  #forget(started: number): void {
    this.#started = started
    this.#named = new Set()
    this.#others = new Set()
    this.#carried.forget()
  }

  #see(initiators: readonly string[]): void {
    const all = new Set(initiators.filter(name => !isNobody(name)))
    const named = new Set([...this.#named].filter(name => all.has(name)))
    const others = new Set([...this.#others].filter(name => all.has(name)))
    for (const name of all)
      if (!named.has(name) && !others.has(name)) (named.size < this.#most ? named : others).add(name)
    this.#named = named
    this.#others = others
  }

  #nameOf(initiator: string): string {
    return this.#others.has(initiator) ? OTHER : initiator
  }

  #block(block: CountedBlock): CountedBlock {
    const at = block.labels.indexOf('initiator')
    const rows = block.rows.map(row => {
      const name = this.#nameOf(row.labels[at] ?? '')
      return { ...row, labels: row.labels.with(at, name) }
    })
    return { ...block, rows: [...rows, ...this.#carried.rowsBeside(block, rows)] }
  }

  /** The others of a target are told as one. */
  #sessions(sessions: Inventory['sessions']): Inventory['sessions'] {
    const [named, others] = [[], []] as [Inventory['sessions'], Inventory['sessions']]
    for (const session of sessions) (this.#others.has(session.initiator) ? others : named).push(session)
    const targets = new Set(others.map(({ target }) => target))
    const told = [...targets].map(target => ({ ...NOBODY, target }))
    return [...named, ...told]
  }
}

/** What is told, of whichever initiators. */
interface ToldAlike {
  readonly counters: Counters
  readonly inventory: Inventory
}
