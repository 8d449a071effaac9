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
    let rows: RowReading<L, M>[] = []
    for (let reading = 0; reading < statisticsLimits.readings; reading++) {
      const changes = this.#memory.settledChanges()
      rows = this.#read()
      if (changes % 2 === 0 && changes === this.#memory.changes) return rows
    }
    return rows
  }

  #read(): RowReading<L, M>[] {
    const rows: RowReading<L, M>[] = []
    const { rows: count } = this.#memory
    for (let index = 0; index < count; index++) {
      const row = this.#row(index)
      if (row) rows.push(row)
    }
    return rows
  }

  #row(index: number): RowReading<L, M> | undefined {
    const generation = this.#memory.generationOf(index)
    if (generation % 2 === 0) return undefined
    const words = this.#memory.wordsOf(index)
    const { cells, labels } = this.declaration
    const isEnded = labels.length > 0 && index === 0
    if (labels.length > 0 && index < this.declaration.ownRows && this.#saysNothing(words)) return undefined
    const bytes = this.#memory.labelsOf(index)
    const row = {
      labels: Object.fromEntries(labels.map((label, at) => [label, readLabel(bytes, at)])) as Record<L, string>,
      values: perMetric(cells, cell => (isEnded && isGauge(cell) ? 0 : valueOf(words, cell))) as RowValues<M>,
    }
    return this.#memory.generationOf(index) === generation ? row : undefined
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
