import type { AnswerOf, ControlService } from '@lunkit/control'
import type { DiskServer } from 'lunkit'
import type { ControlParts } from './control-parts.ts'

type StatisticsService = Pick<ControlService, 'statistics'>
type ToldBlock = AnswerOf<'statistics'>['blocks'][number]
type ToldRow = ToldBlock['rows'][number]
type ToldValue = ToldRow['values'][string]
type Blocks = DiskServer['statistics']['blocks']
type Declared = Blocks[keyof Blocks]['declaration']
type Reading = { readonly labels: Readonly<Record<string, string>>; readonly values: Readonly<Record<string, unknown>> }

/** What a histogram says, as far as it is told. */
interface HistogramReading {
  readonly count: number
  readonly sumSeconds: number
  cumulative(boundsSeconds: readonly number[]): number[]
  quantile(quantile: number): number
}

/** Seconds: those of Prometheus's classic histograms, from 10 µs to 10 s. */
const BOUNDS = [
  1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** What is counted. */
export function statisticsAnswers({ served }: ControlParts): StatisticsService {
  return {
    statistics: async ({ blocks, labels = [] }) => {
      const { statistics } = served.server
      const readings = statistics.snapshot() as unknown as Readonly<Record<string, readonly Reading[]>>
      const wanted = labels.map(pairOf)
      const all = Object.entries(statistics.blocks).map(([name, { declaration }]) =>
        toldBlock(declaration, readings[name] ?? [], wanted),
      )
      return { blocks: all.filter(({ name }) => blocks === undefined || blocks.includes(name)) }
    },
  }
}

type Pair = readonly [label: string, value: string]

function pairOf(text: string): Pair {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

function toldBlock(declaration: Declared, rows: readonly Reading[], wanted: readonly Pair[]): ToldBlock {
  const { name, labels, metrics } = declaration
  const meant = Object.entries(metrics).map(([metric, { kind, unit, help, ...rest }]) => ({
    name: metric,
    kind,
    unit,
    help,
    ...('by' in rest && { by: rest.by.label }),
  }))
  const has = (row: Reading): boolean => wanted.every(([label, value]) => row.labels[label] === value)
  return { name, labels: [...labels], metrics: meant, rows: rows.filter(has).map(toldRow) }
}

function toldRow({ labels, values }: Reading): ToldRow {
  return {
    labels: { ...labels },
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toldValue(value)])),
  }
}

const isHistogram = (value: object): value is HistogramReading => 'sumSeconds' in value

function toldValue(value: unknown): ToldValue {
  if (typeof value === 'number') return value
  if (isHistogram(value as object)) return toldHistogram(value as HistogramReading)
  const kinds = Object.entries(value as Readonly<Record<string, unknown>>)
  return Object.fromEntries(kinds.map(([kind, each]) => [kind, toldValue(each)])) as ToldValue
}

/** The last bound has no end, which JSON has no number for: it is all. */
function toldHistogram(histogram: HistogramReading): ToldValue {
  const { count, sumSeconds } = histogram
  const cumulative = histogram.cumulative(BOUNDS)
  const [p50 = 0, p99 = 0, p999 = 0] = [0.5, 0.99, 0.999].map(each => histogram.quantile(each))
  return {
    count,
    sum: sumSeconds,
    buckets: BOUNDS.map((le, at) => ({ le, count: cumulative[at] ?? 0 })),
    p50,
    p99,
    p999,
  }
}
