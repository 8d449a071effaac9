import { checkArgument, checkOptions, type OptionDomains, object, required, text, wholeNumber } from '@lunkit/wire'
import { BlockMemory } from './block-memory.ts'
import { BlockReader, type RowReading } from './block-reader.ts'
import { Declaration } from './declaration.ts'
import { fittingLabel, writeLabels } from './label-bytes.ts'
import { statisticsLimits } from './limits.ts'
import { HistogramPlace, MetricKind, type Metrics } from './metric.ts'
import { Row, type RowHome, type Seat } from './row.ts'
import { BUCKETS } from './scale.ts'

/** Every label of the row that keeps the totals of what has gone. */
export const ENDED = '_ended'
/** Every label of the row that those share who came when all rows were taken. */
export const OTHER = '_other'

/** What a block may be told. */
export interface BlockOptions {
  /** Rows at the most; left out, `statisticsLimits.rows`. Those who come later share one row. */
  readonly rows?: number
}

const DECLARATION = object('a declaration, as declare() makes it', value => value instanceof Declaration)
const ROWS = { rows: wholeNumber(1, statisticsLimits.rowsAtMost) }
const LABEL = required(text())
const ROW = object('a row, as row() hands it out', row => row instanceof Row)

/**
 * A block of rows in shared memory, which one thread counts in, and any thread that has its memory reads at any time.
 * Sums over all rows never go back: the totals of a row that is given back are kept in its parent's.
 */
export class Block<L extends string, M extends Metrics> implements RowHome {
  readonly declaration: Declaration<L, M>
  readonly rest: Float64Array
  readonly #memory: BlockMemory
  readonly #reader: BlockReader<L, M>
  readonly #limit: number
  readonly #labels: OptionDomains
  readonly #seats = new Map<string, Seat>()
  readonly #free: number[] = []
  readonly #ended: Seat
  readonly #other: Seat

  /** @throws {TypeError} or {RangeError} for what is no declaration, and options that cannot be. */
  constructor(declaration: Declaration<L, M>, options: BlockOptions = {}) {
    checkArgument('Block: declaration', declaration, DECLARATION)
    checkOptions('Block', options, ROWS)
    this.declaration = declaration
    this.#labels = Object.fromEntries(declaration.labels.map(name => [name, LABEL]))
    this.#limit = options.rows ?? statisticsLimits.rows
    this.#memory = BlockMemory.create(declaration, this.#limit + declaration.ownRows)
    this.#reader = new BlockReader(declaration, this.#memory.buffer)
    const own = [ENDED, OTHER].slice(0, declaration.ownRows)
    const [ended, other] = own.map(label => this.#sit(declaration.labels.map(() => label)))
    this.#ended = ended as Seat
    this.#other = other ?? this.#ended
    this.rest = this.#ended.words
  }

  /** What another thread reads the block from, with a `BlockReader`. */
  get memory(): SharedArrayBuffer {
    return this.#memory.buffer
  }

  /** How many label sets have a row of their own now. */
  get rowsTaken(): number {
    return this.#seats.size - this.declaration.ownRows
  }

  /**
   * Hands out the row of a label set; who asks for one that is taken shares it. When it is given back its totals go to
   * `parent`, another row of this block, which stays as long as it is needed for that; left out, to the row `_ended`.
   * @throws {TypeError} for labels that are not those of the declaration, or no texts. {RangeError} for a parent of another block, or one that
   * was given back.
   */
  row(labels: Readonly<Record<L, string>>, parent?: Row): Row {
    const names = this.declaration.labels
    checkOptions('Block.row: labels', labels, this.#labels)
    if (parent !== undefined) this.#checkParent(parent)
    const values = names.map(name => fittingLabel(labels[name]))
    const key = JSON.stringify(values)
    const taken = this.#seats.get(key)
    if (taken) return this.#hold(taken)
    if (this.rowsTaken >= this.#limit) return this.#hold(this.#other)
    return new Row(this, this.#sit(values, parent?.seat ?? this.#ended))
  }

  #checkParent(parent: Row): void {
    checkArgument('Block.row: parent', parent, ROW)
    if (parent.released || this.#seats.get(parent.seat.key) !== parent.seat)
      throw new RangeError('Block.row: parent is a row of another block, or was given back; right is one of this block')
  }

  /** All rows: what was counted until now. */
  snapshot(): RowReading<L, M>[] {
    return this.#reader.snapshot()
  }

  /** @internal */
  leave(seat: Seat): void {
    seat.holders--
    if (seat.holders > 0 || seat.parent === undefined) return
    this.#seats.delete(seat.key)
    this.#memory.change(() => {
      this.#memory.nextGeneration(seat.index)
      this.#empty(seat, seat.parent?.words as Float64Array)
    })
    this.#free.push(seat.index)
    this.leave(seat.parent)
  }

  #hold(seat: Seat): Row {
    seat.holders++
    return new Row(this, seat)
  }

  #sit(values: readonly string[], parent?: Seat): Seat {
    const index = this.#free.pop() ?? this.#memory.addRow()
    this.#memory.change(() => {
      writeLabels(this.#memory.labelsOf(index), values)
      this.#memory.nextGeneration(index)
    })
    if (parent) parent.holders++
    const seat = { index, key: JSON.stringify(values), words: this.#memory.wordsOf(index), parent, holders: 1 }
    this.#seats.set(seat.key, seat)
    return seat
  }

  /** Counters and histograms go to another row, gauges go away. What was never counted is not touched: it has no memory. */
  #empty({ words }: Seat, into: Float64Array): void {
    for (const { kind, place } of this.declaration.cells) {
      if (place instanceof HistogramPlace) moveHistogram(place, words, into)
      else {
        if (kind === MetricKind.counter) into[place] = (into[place] as number) + (words[place] as number)
        words[place] = 0
      }
    }
  }
}

function moveHistogram(place: HistogramPlace, from: Float64Array, into: Float64Array): void {
  if (place.isEmptyIn(from)) return
  const { sum, buckets } = place
  move(from, into, sum, sum + 1)
  move(from, into, buckets, buckets + BUCKETS)
}

function move(from: Float64Array, into: Float64Array, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    into[at] = (into[at] as number) + (from[at] as number)
    from[at] = 0
  }
}
