import type { AnswerOf } from '@lunkit/control'
import { Histogram, type Metrics, type RowReading } from '@lunkit/statistics'
import { BOUNDS } from './bounds.ts'
import type { ReadBlock, StatisticsRequest } from './statistics-request.ts'

type Wanted = Extract<StatisticsRequest, { kind: 'statistics' }>
type ToldBlock = AnswerOf<'statistics'>['blocks'][number]
type ToldRow = ToldBlock['rows'][number]
type ToldValue = ToldRow['values'][string]
type Reading = RowReading<string, Metrics>
type Buckets = readonly { readonly le: number; readonly count: number }[]
type BucketsOf = (histogram: Histogram) => Buckets

/** What `statistics` answers. */
export function toldStatistics(readers: readonly ReadBlock[], wanted: Wanted): AnswerOf<'statistics'> {
  const pairs = wanted.labels.map(pairOf)
  const bucketsOf = wanted.fine ? fineBuckets : classicBuckets
  const has = (row: Reading): boolean => pairs.every(([label, value]) => row.labels[label] === value)
  const asked = readers.filter(({ declaration: { name } }) => wanted.blocks?.includes(name) ?? true)
  const told = asked.map(reader => {
    const rows = reader.snapshot().filter(has)
    return { ...meaningOf(reader), rows: rows.map(row => toldRow(row, bucketsOf)) }
  })
  return { blocks: [...told, ...wanted.more] }
}

function pairOf(text: string): readonly [label: string, value: string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

function meaningOf({ declaration: { name, labels, metrics } }: ReadBlock): Omit<ToldBlock, 'rows'> {
  const meant = Object.entries(metrics).map(([metric, { kind, unit, help, by }]) => {
    return { name: metric, kind, unit, help, ...(by && { by: by.label }) }
  })
  return { name, labels: [...labels], metrics: meant }
}

function toldRow({ labels, values }: Reading, bucketsOf: BucketsOf): ToldRow {
  const told = Object.entries(values).map(([name, value]) => [name, toldValue(value, bucketsOf)])
  return { labels: { ...labels }, values: Object.fromEntries(told) as ToldRow['values'] }
}

const NOTHING: ToldValue = { count: 0, sum: 0, buckets: [], p50: 0, p99: 0, p999: 0 }

function toldValue(value: unknown, bucketsOf: BucketsOf): ToldValue {
  if (typeof value === 'number') return value
  if (value instanceof Histogram) return toldHistogram(value, bucketsOf)
  const kinds = Object.entries(value as Readonly<Record<string, unknown>>)
  return Object.fromEntries(kinds.map(([kind, each]) => [kind, toldValue(each, bucketsOf)])) as ToldValue
}

function classicBuckets(histogram: Histogram): Buckets {
  const cumulative = histogram.cumulative(BOUNDS)
  return BOUNDS.map((le, at) => ({ le, count: cumulative[at] ?? 0 }))
}

/** The last bucket has no end, which JSON has no number for: it is all. */
function fineBuckets(histogram: Histogram): Buckets {
  let sum = 0
  return histogram
    .buckets()
    .filter(({ to }) => Number.isFinite(to))
    .map(({ to: le, count }) => ({ le, count: (sum += count) }))
}

function toldHistogram(histogram: Histogram, bucketsOf: BucketsOf): ToldValue {
  const { count, sumSeconds } = histogram
  // Most disks do few kinds of commands: what nobody did takes no room.
  if (count === 0) return NOTHING
  const [p50 = 0, p99 = 0, p999 = 0] = [0.5, 0.99, 0.999].map(each => histogram.quantile(each))
  return { count, sum: sumSeconds, buckets: [...bucketsOf(histogram)], p50, p99, p999 }
}
