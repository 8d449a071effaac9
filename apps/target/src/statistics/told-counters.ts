import type { AnswerOf } from '@lunkit/control'
import type { CellsReading, Metrics } from '@lunkit/statistics'
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
  return { name, labels: [...labels], cells: cellsOf(metrics), rows: reader.cells().map(countedRow) }
}

const cellsOf = (metrics: Metrics): Cell[] =>
  Object.entries(metrics).flatMap(([metric, { kind, by }]) =>
    (by?.values ?? ['']).map((of): Cell => ({ metric, kind, of })),
  )

function countedRow({ labels, numbers, histograms }: CellsReading): CountedRow {
  return { labels: [...labels], values: [...numbers], histograms: histograms.map(countedHistogram) }
}

function countedHistogram([cell, histogram]: CellsReading['histograms'][number]): number[] {
  const { count, sumSeconds } = histogram
  return [cell, count, sumSeconds, ...histogram.cumulative(EXPORTED_BOUNDS)]
}
