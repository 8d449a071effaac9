import type { LogicalUnit } from '@lunkit/initiator'
import { outcomeOf } from '../../harness/command-outcome.ts'
import { SeededRandom } from '../../harness/seeded-random.ts'
import type { Change, DurableLedger } from './durable-ledger.ts'

/** Commands that a unit may have under way: blocks are divided among so many. */
const mostWorkers = 6
/** How many has each load, and how often they flush: with few others, what one flush leaves out is not made good by the next. */
const [workerCounts, flushWeights] = [
  [2, 4, mostWorkers],
  [6, 30],
]
const mostBlocks = 16
const longWrites = 16

/** What a load needs to know. */
export type PowerLoadOptions = {
  readonly unit: LogicalUnit
  readonly ledger: DurableLedger
  /** The unit says that it has no volatile cache: what it acknowledges is durable. */
  readonly isThrough: boolean
  /** From which each worker has its own. */
  readonly random: SeededRandom
  /** The moment that it is, by the log of the media. */
  readonly now: () => number
}

/** Blocks of one worker. */
type Range = { readonly lba: number; readonly blocks: number }

/** Random commands on one unit, of which it is known what was acknowledged when, until they are stopped or nobody answers any more. */
export class PowerLoad {
  readonly ledger: DurableLedger
  /** How many commands ended well. */
  good = 0
  /** Moments at which something was promised. */
  readonly promises: number[] = []
  /** What ended otherwise than well or with its connection. */
  readonly failures: string[] = []
  readonly #options: PowerLoadOptions
  readonly #acts: readonly WeightedAct[]
  readonly #done: Promise<unknown>
  #stopping = false

  constructor(options: PowerLoadOptions) {
    this.ledger = options.ledger
    this.#options = options
    const { random } = options
    const flush: WeightedAct = [random.pick(flushWeights), ['flush', () => this.#flushAll()]]
    this.#acts = [flush, ...this.#otherActs()]
    const each = Array.from({ length: random.pick(workerCounts) }, (_, worker) =>
      this.#work(worker, new SeededRandom(random.next())),
    )
    this.#done = Promise.all(each)
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#done
  }

  async #work(worker: number, random: SeededRandom): Promise<void> {
    while (!this.#stopping) {
      const [name, act] = random.pickWeighted(this.#acts)
      const outcome = await outcomeOf(act(this.#range(worker, random)))
      if (outcome === 'good') this.good++
      else if (outcome === 'lost') this.#stopping = true
      else this.failures.push(`${name} ${outcome}`)
    }
  }

  /** Each worker has blocks of its own, so that it is known which of their changes is the last. */
  #range(worker: number, random: SeededRandom): Range {
    const { ledger } = this.#options
    const own = Math.floor(ledger.shape.blocks / mostWorkers)
    const most = random.once(longWrites) ? own : Math.min(mostBlocks, own)
    const blocks = random.between(1, most)
    return { lba: worker * own + random.below(own - blocks + 1), blocks }
  }

  /** Sends a change; `isDurable`: its GOOD says that it is on the medium. */
  async #change({ lba, blocks }: Range, how: { zeroes?: boolean; isDurable?: boolean }, send: Send): Promise<void> {
    const { ledger, now, isThrough } = this.#options
    const change = ledger.send(lba, blocks, { now: now(), ...how })
    await send(ledger.dataOf(change), change)
    const isDurable = isThrough || how.isDurable === true
    const at = now()
    ledger.acknowledge(change, { now: at, isDurable })
    if (isDurable) this.promises.push(at)
  }

  #flushAll(): Promise<void> {
    const { ledger, unit } = this.#options
    return this.#flush(ledger.open(), () => unit.synchronizeCache())
  }

  /** Sends what makes these changes durable. */
  async #flush(open: readonly Change[], send: () => Promise<unknown>): Promise<void> {
    await send()
    const at = this.#options.now()
    this.#options.ledger.flushed(open, at)
    this.promises.push(at)
  }

  async #read({ lba, blocks }: Range, fua: boolean): Promise<void> {
    const { unit, ledger } = this.#options
    const data = await unit.read(lba, blocks, { fua })
    const { blockBytes } = ledger.shape
    for (let block = lba; block < lba + blocks; block++) {
      const at = (block - lba) * blockBytes
      if (Buffer.compare(data.subarray(at, at + blockBytes), ledger.contentOf(block, ledger.lastOf(block))) !== 0)
        this.failures.push(`block ${block} was not read as it was written`)
    }
  }

  #otherActs(): WeightedAct[] {
    const { unit, ledger } = this.#options
    const blockOf = (data: Buffer): Buffer => data.subarray(0, ledger.shape.blockBytes)
    const write: Act = range => this.#change(range, {}, data => unit.write(range.lba, data))
    const through: Act = range =>
      this.#change(range, { isDurable: true }, data => unit.write(range.lba, data, { fua: true }))
    const verified: Act = range =>
      this.#change(range, { isDurable: true }, data => unit.writeAndVerify(range.lba, data))
    const unmap: Act = range => this.#change(range, { zeroes: true }, () => unit.unmap([range]))
    const zero: Act = range =>
      this.#change(range, { zeroes: true }, data => unit.writeSame(range.lba, range.blocks, blockOf(data)))
    const readThrough: Act = range => this.#flush(ledger.openOf(range.lba, range.blocks), () => this.#read(range, true))
    return [
      [32, ['write', write]],
      [12, ['write FUA', through]],
      [3, ['write and verify', verified]],
      [4, ['unmap', unmap]],
      [3, ['write same', zero]],
      [3, ['compare and write', range => this.#compareAndWrite({ ...range, blocks: 1 })]],
      [6, ['read', range => this.#read(range, false)]],
      [3, ['read FUA', readThrough]],
    ]
  }

  #compareAndWrite(range: Range): Promise<void> {
    const { unit, ledger } = this.#options
    const expected = ledger.contentOf(range.lba, ledger.lastOf(range.lba))
    return this.#change(range, {}, data => unit.compareAndWrite(range.lba, expected, data))
  }
}

type WeightedAct = readonly [weight: number, item: readonly [name: string, act: Act]]
type Act = (range: Range) => Promise<void>
type Send = (data: Buffer, change: Change) => Promise<unknown>
