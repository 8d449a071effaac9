import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { CommandListener, CommandResult, LogicalUnit } from '@lunkit/initiator'
import { ScsiError, Status } from '@lunkit/initiator'
import { Read16, Write16 } from '@lunkit/scsi'
import { dataView } from '@lunkit/wire'

/** What is asked of a disk, over and over. */
export interface LoadOptions {
  readonly unit: LogicalUnit
  /** How many blocks the disk has, and each command moves. */
  readonly blocks: number
  readonly blocksAtOnce: number
  readonly blockSizeBytes: number
  /** How many commands are on their way at once. */
  readonly depth: number
  readonly writes: boolean
  /** Which place is next: a number below `places`. */
  readonly next: (places: number) => number
  readonly nowMs: () => number
}

const NS = 1e6

/** Commands of one kind, so many at a time, until it is told to end or one fails. */
export class Load {
  readonly options: LoadOptions
  /** How long each took, in nanoseconds. */
  readonly latencies: RecordableHistogram = createHistogram()
  operations = 0
  isEnding = false
  /** Why it has failed. */
  failure: Error | undefined
  readonly #ended: Promise<unknown>

  constructor(options: LoadOptions) {
    this.options = options
    const lanes = Array.from({ length: options.depth }, () => new Lane(this))
    this.#ended = Promise.all(lanes.map(lane => lane.isOver))
    for (const lane of lanes) lane.next()
  }

  /** Begins nothing more; resolves when nothing is on its way. @throws {Error} where a command has failed. */
  async end(): Promise<void> {
    this.isEnding = true
    await this.#ended
    if (this.failure) throw this.failure
  }

  /** A command has ended. */
  done(tookMs: number): void {
    this.operations++
    this.latencies.record(Math.max(1, Math.round(tookMs * NS)))
  }

  /** A command has failed: no more are begun. */
  fail(reason: Error): void {
    this.failure ??= reason
    this.isEnding = true
  }
}

/** One command after another, with memory of its own. */
class Lane implements CommandListener {
  /** Resolves when it begins nothing more. */
  readonly isOver: Promise<void>
  readonly #load: Load
  readonly #over: () => void
  readonly #memory: Buffer
  readonly #cdb: Uint8Array
  readonly #fields: { lba: number; blocks: number }
  readonly #places: number
  #begunMs = 0

  constructor(load: Load) {
    const { blocks, blocksAtOnce, blockSizeBytes, writes } = load.options
    const { promise, resolve } = Promise.withResolvers<void>()
    this.isOver = promise
    this.#over = resolve
    this.#load = load
    const of = writes ? Write16 : Read16
    this.#cdb = of.encode({})
    this.#fields = of.compose(dataView(this.#cdb))
    this.#fields.blocks = blocksAtOnce
    this.#memory = Buffer.alloc(blocksAtOnce * blockSizeBytes, 'lunkit bench ')
    this.#places = Math.floor(blocks / blocksAtOnce)
  }

  next(): void {
    const { unit, writes, next, blocksAtOnce, nowMs } = this.#load.options
    this.#fields.lba = next(this.#places) * blocksAtOnce
    this.#begunMs = nowMs()
    const data = writes ? { write: this.#memory } : { read: this.#memory }
    try {
      unit.session.submit({ lun: unit.number, cdb: this.#cdb, ...data }, this)
    } catch (error) {
      // The session is over.
      this.failed(error as Error)
    }
  }

  ended({ status, sense }: CommandResult): void {
    const load = this.#load
    if (status === Status.good) load.done(load.options.nowMs() - this.#begunMs)
    else load.fail(new ScsiError((load.options.writes ? Write16 : Read16).name, status, sense))
    if (load.isEnding) this.#over()
    else this.next()
  }

  failed(reason: Error): void {
    this.#load.fail(reason)
    this.#over()
  }
}
