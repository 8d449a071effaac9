import type { AnswerOf } from '@lunkit/control'
import { Histogram, type Metrics, type RowReading } from '@lunkit/statistics'
import { EXPORTED_BOUNDS } from './bounds.ts'
import type { ReadBlock } from './statistics-request.ts'

type CountedBlock = AnswerOf<'counters'>['blocks'][number]
type CountedRow = CountedBlock['rows'][number]
type Cell = CountedBlock['cells'][number]

/** What `counters` answers, with what is counted in no block. */
export const toldCounters = (readers: readonly ReadBlock[], more: readonly CountedBlock[]): AnswerOf<'counters'> => ({
  bounds: [...EXPORTED_BOUNDS],
  blocks: [...readers.map(countedBlock), ...more],
})

function countedBlock(reader: ReadBlock): CountedBlock {
  const { name, labels, metrics } = reader.declaration
  const cells = cellsOf(metrics)
  return { name, labels: [...labels], cells, rows: reader.snapshot().map(row => countedRow(row, cells)) }
}

const cellsOf = (metrics: Metrics): Cell[] =>
  Object.entries(metrics).flatMap(([metric, { kind, by }]) =>
    (by?.values ?? ['']).map((of): Cell => ({ metric, kind, of })),
  )

function countedRow({ labels, values }: RowReading<string, Metrics>, cells: readonly Cell[]): CountedRow {
  const row: CountedRow = { labels: Object.values(labels), values: [], histograms: [] }
  for (const [at, { metric, of }] of cells.entries()) {
    const all: unknown = values[metric]
    const value = of === '' ? all : (all as Readonly<Record<string, unknown>>)[of]
    if (value instanceof Histogram) addHistogram(row, at, value)
    else if (value !== 0) row.values.push(at, value as number)
  }
  return row
}

function addHistogram({ histograms }: CountedRow, at: number, histogram: Histogram): void {
  const { count, sumSeconds } = histogram
  if (count > 0) histograms.push([at, count, sumSeconds, ...histogram.cumulative(EXPORTED_BOUNDS)])
}
