import { BlockHistory } from './block-history.ts'
import { ZEROES } from './block-image.ts'
import { Change } from './change.ts'

/** A range of blocks. */
export interface BlockRange {
  readonly lba: number
  readonly blocks: number
}

/** A read on its way. */
export interface ReadTicket {
  readonly begunAt: number
}

/**
 * What each block of one unit may hold, by what was sent and answered: the last acknowledged generation, those that are
 * on their way, and those that may or may not have happened. Time is the order of events here.
 */
export class Ledger {
  readonly #histories = new Map<number, BlockHistory>()
  readonly #initial = new Change({ lba: 0, blocks: 0 }, ZEROES, 0)
  /** In the order in which they began. */
  readonly #reads = new Set<ReadTicket>()
  #now = 0

  constructor() {
    this.#initial.endedAt = 0
  }

  /** A change is sent. */
  begin(range: BlockRange, generation: number): Change {
    const change = new Change(range, generation, this.#tick())
    const [oldest] = this.#reads
    const oldestRead = oldest?.begunAt ?? this.#now
    this.#each(range, history => history.begin(change, oldestRead))
    return change
  }

  /** A change was acknowledged: it has happened. */
  acknowledge(change: Change): void {
    change.endedAt = this.#tick()
    this.#each(change, history => history.happened(change, change.endedAt))
  }

  /** It is not known whether a change happened; from now on it does not. */
  settle(change: Change): void {
    change.endedAt = this.#tick()
  }

  /** A change was refused before it could begin. */
  withdraw(change: Change): void {
    this.#tick()
    this.#each(change, history => history.withdraw(change))
  }

  /** What blocks from `lba` on hold is gone: they are zeroes. Nothing is on its way that has to do with them. */
  lose(lba: number): void {
    for (const each of this.#histories.keys()) if (each >= lba) this.#histories.delete(each)
  }

  /** A read is sent. */
  beginRead(): ReadTicket {
    const ticket = { begunAt: this.#tick() }
    this.#reads.add(ticket)
    return ticket
  }

  /** A read found this in a block; false: it cannot hold that. */
  found(lba: number, generation: number, { begunAt }: ReadTicket): boolean {
    return this.#history(lba).read(generation, { readBegunAt: begunAt, now: this.#tick() })
  }

  /** A read has ended, after what it found was told. */
  endRead(ticket: ReadTicket): void {
    this.#reads.delete(ticket)
    this.#tick()
  }

  /** The generations that a block may hold now. */
  possible(lba: number): number[] {
    return this.#history(lba).possible()
  }

  /** Whether a block can only hold one generation, with nothing on its way. */
  isKnown(lba: number): boolean {
    const history = this.#history(lba)
    return history.isSettled && history.possible().length === 1
  }

  #tick(): number {
    return ++this.#now
  }

  #history(lba: number): BlockHistory {
    let history = this.#histories.get(lba)
    if (!history) {
      history = new BlockHistory(this.#initial)
      this.#histories.set(lba, history)
    }
    return history
  }

  #each({ lba, blocks }: BlockRange, visit: (history: BlockHistory) => void): void {
    for (let at = lba; at < lba + blocks; at++) visit(this.#history(at))
  }
}
