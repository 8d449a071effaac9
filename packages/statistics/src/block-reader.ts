import { checkArgument, object } from '@lunkit/wire'
import { BlockMemory } from './block-memory.ts'
import { type Cell, Declaration, perMetric } from './declaration.ts'
import { Histogram } from './histogram.ts'
import { readLabel } from './label-bytes.ts'
import { statisticsLimits } from './limits.ts'
import { HistogramPlace, MetricKind, type Metrics, type PerMetric } from './metric.ts'

/** What a metric of each kind says. */
export interface ValueOfKind {
  readonly counter: number
  readonly gauge: number
  readonly histogram: Histogram
}

/** What a row says, by metric. */
export type RowValues<M extends Metrics> = PerMetric<M, ValueOfKind>

/** A row as it was when it was read. */
export interface RowReading<L extends string, M extends Metrics> {
  readonly labels: Readonly<Record<L, string>>
  readonly values: RowValues<M>
}

/** The same, cell by cell: a cell is a number or a histogram, by its place among all that a declaration has, in their order. */
export interface CellsReading {
  /** In the order in which they are declared. */
  readonly labels: readonly string[]
  /** Those that are not 0: the place of a cell, then what it says, and so on. */
  readonly numbers: readonly number[]
  /** Those that have counted something. */
  readonly histograms: readonly (readonly [cell: number, histogram: Histogram])[]
}

/** The memory of a row. */
interface RowMemory {
  readonly words: Float64Array
  readonly labels: readonly string[]
  /** Whether it has the totals of what has gone. */
  readonly isEnded: boolean
}

const DECLARATION = object('a declaration, as declare() makes it', value => value instanceof Declaration)
const MEMORY = object('the memory of a block, a SharedArrayBuffer', value => value instanceof SharedArrayBuffer)

/** Reads a block from its memory, on any thread, while another one counts in it. */
export class BlockReader<L extends string, M extends Metrics> {
  readonly declaration: Declaration<L, M>
  readonly #memory: BlockMemory

  /** @throws {TypeError} for what is no declaration or no memory. {RangeError} for memory of another declaration's block. */
  constructor(declaration: Declaration<L, M>, memory: SharedArrayBuffer) {
    checkArgument('BlockReader: declaration', declaration, DECLARATION)
    checkArgument('BlockReader: memory', memory, MEMORY)
    if (!BlockMemory.fits(declaration, memory))
      throw new RangeError(
        `BlockReader: memory is not that of a block of ${declaration.name}; right is what its block says`,
      )
    this.declaration = declaration
    this.#memory = new BlockMemory(declaration, memory)
  }

  /**
   * All rows: what was counted until now. The rows that hold totals of what has gone, and of what came when all rows were taken,
   * are left out while they say nothing. Begun anew when a row came or went meanwhile, so that none is missed or counted twice; after
   * `statisticsLimits.readings` times it is taken as it is.
   */
  snapshot(): RowReading<L, M>[] {
    return this.#rows(row => this.#read(row))
  }

  /** The same rows as {@link snapshot}, of which only what says something is read: for those who tell all of thousands. */
  cells(): CellsReading[] {
    return this.#rows(row => this.#readCells(row))
  }

  #rows<R>(read: (row: RowMemory) => R): R[] {
    let rows: R[] = []
    for (let reading = 0; reading < statisticsLimits.readings; reading++) {
      const changes = this.#memory.settledChanges()
      rows = this.#all(read)
      if (changes % 2 === 0 && changes === this.#memory.changes) return rows
    }
    return rows
  }

  #all<R>(read: (row: RowMemory) => R): R[] {
    const rows: R[] = []
    const { rows: count } = this.#memory
    for (let index = 0; index < count; index++) {
      const generation = this.#memory.generationOf(index)
      const row = generation % 2 === 0 ? undefined : this.#row(index)
      const reading = row && read(row)
      if (reading !== undefined && this.#memory.generationOf(index) === generation) rows.push(reading)
    }
    return rows
  }

  #row(index: number): RowMemory | undefined {
    const words = this.#memory.wordsOf(index)
    const { labels, ownRows } = this.declaration
    const isOwn = labels.length > 0 && index < ownRows
    if (isOwn && this.#saysNothing(words)) return undefined
    const bytes = this.#memory.labelsOf(index)
    return { words, labels: labels.map((_, at) => readLabel(bytes, at)), isEnded: isOwn && index === 0 }
  }

  #read({ words, labels, isEnded }: RowMemory): RowReading<L, M> {
    const { cells, labels: names } = this.declaration
    return {
      labels: Object.fromEntries(names.map((name, at) => [name, labels[at]])) as Record<L, string>,
      values: perMetric(cells, cell => (isEnded && isGauge(cell) ? 0 : valueOf(words, cell))) as RowValues<M>,
    }
  }

  #readCells({ words, labels, isEnded }: RowMemory): CellsReading {
    const { cells } = this.declaration
    const numbers: number[] = []
    const histograms: [number, Histogram][] = []
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at] as Cell
      if (hasCountedNothing(words, cell) || (isEnded && isGauge(cell))) continue
      const value = valueOf(words, cell)
      if (typeof value === 'number') numbers.push(at, value)
      else histograms.push([at, value])
    }
    return { labels, numbers, histograms }
  }

  #saysNothing(words: Float64Array): boolean {
    return this.declaration.cells.every(cell => isGauge(cell) || hasCountedNothing(words, cell))
  }
}

// Of what has gone there is nothing now, whatever was taken from a gauge after its row was given back.
const isGauge = ({ kind }: Cell): boolean => kind === MetricKind.gauge

const hasCountedNothing = (words: Float64Array, { place }: Cell): boolean =>
  place instanceof HistogramPlace ? place.isEmptyIn(words) : words[place] === 0

const valueOf = (words: Float64Array, { place }: Cell): number | Histogram =>
  place instanceof HistogramPlace ? histogramAt(words, place) : (words[place] as number)

/** Its count is that of the buckets that were read: they are one moment's, near enough. */
function histogramAt(words: Float64Array, place: HistogramPlace): Histogram {
  if (place.isEmptyIn(words)) return Histogram.empty
  return new Histogram(words, place.buckets, words[place.sum] as number)
}
