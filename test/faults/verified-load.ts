import { setTimeout as delay } from 'node:timers/promises'
import type { LogicalUnit } from '@lunkit/initiator'
import { outcomeOf } from '../harness/command-outcome.ts'
import { type Ledger, lbasPerBlock } from './ledger.ts'

/** One kind of command, as a load sends it. */
type LoadCommand = (unit: LogicalUnit, ledger: Ledger, block: number) => Promise<void>

const commands = {
  async write(unit, ledger, block) {
    const { generation, data } = ledger.write(block)
    await unit.write(block * lbasPerBlock, data)
    ledger.acknowledge(block, generation)
  },
  async writeThrough(unit, ledger, block) {
    const { generation, data } = ledger.write(block)
    await unit.write(block * lbasPerBlock, data, { fua: true })
    ledger.acknowledge(block, generation)
  },
  async read(unit, ledger, block) {
    ledger.check(block, await unit.read(block * lbasPerBlock, lbasPerBlock))
  },
  async unmap(unit, ledger, block) {
    const { generation } = ledger.discard(block)
    await unit.unmap([{ lba: block * lbasPerBlock, blocks: lbasPerBlock }])
    ledger.acknowledge(block, generation)
  },
  async flush(unit) {
    await unit.synchronizeCache()
  },
} as const satisfies Readonly<Record<string, LoadCommand>>
/** A kind of command of a load. */
export type LoadKind = keyof typeof commands

const everything: readonly LoadKind[] = ['write', 'read', 'writeThrough', 'write', 'unmap', 'read', 'flush', 'write']
/** So long none of the commands of a load may end well, while somebody waits for it to go on. */
const standstillMs = 10_000
/** After a command that failed, so that a unit that refuses all is not asked as fast as it answers. */
const afterFailureMs = 2

/** How a load is made. */
export type LoadOptions = {
  /** One unit, or the same one through several sessions. */
  readonly units: readonly LogicalUnit[]
  readonly ledger: Ledger
  /** Commands that each session has under way. */
  readonly depth: number
  /** What is sent, in turn. */
  readonly kinds?: readonly LoadKind[]
}

/** Commands on one logical unit that go on until it is stopped; each block belongs to one of its workers. */
export class VerifiedLoad {
  readonly ledger: Ledger
  /** How many commands ended well. */
  good = 0
  /** The longest that a command took, in milliseconds. */
  longestMs = 0
  /** What failed, `write internalTargetFailureAborted`, and how often. */
  readonly failures = new Map<string, number>()
  readonly #kinds: readonly LoadKind[]
  readonly #workers: number
  readonly #done: Promise<unknown>
  #stopping = false

  constructor({ units, ledger, depth, kinds = everything }: LoadOptions) {
    this.ledger = ledger
    this.#kinds = kinds
    this.#workers = units.length * depth
    const workers = units.flatMap((unit, i) => Array.from({ length: depth }, (_, k) => this.#work(unit, i * depth + k)))
    this.#done = Promise.all(workers)
  }

  /**
   * Resolves when so many more commands have ended well.
   * @throws {Error} when the load has ended, or stands still
   */
  async goesOn(count: number): Promise<void> {
    const enough = this.good + count
    const stopped = this.#done.then(() => 'stopped')
    for (let [seen, sinceMs] = [this.good, performance.now()]; this.good < enough; ) {
      if ((await Promise.race([stopped, delay(1)])) === 'stopped') throw new Error('the load has ended')
      if (this.good !== seen) [seen, sinceMs] = [this.good, performance.now()]
      else if (performance.now() - sinceMs > standstillMs) throw new Error(`no command ended in ${standstillMs} ms`)
    }
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#done
  }

  async #work(unit: LogicalUnit, worker: number): Promise<void> {
    for (let turn = worker; !this.#stopping; turn++) {
      const kind = this.#kinds[turn % this.#kinds.length] as LoadKind
      const own = Math.floor(this.ledger.blocks / this.#workers)
      const block = worker + this.#workers * (Math.floor(turn / 2) % own)
      await this.#one(kind, unit, block)
    }
  }

  async #one(kind: LoadKind, unit: LogicalUnit, block: number): Promise<void> {
    const startedMs = performance.now()
    const outcome = await outcomeOf(commands[kind](unit, this.ledger, block))
    this.longestMs = Math.max(this.longestMs, performance.now() - startedMs)
    if (outcome === 'good') {
      this.good++
      return
    }
    const what = `${kind} ${outcome}`
    this.failures.set(what, (this.failures.get(what) ?? 0) + 1)
    if (outcome === 'lost') this.#stopping = true
    await delay(afterFailureMs)
  }
}
