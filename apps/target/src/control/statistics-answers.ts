import { setImmediate as nextTurn } from 'node:timers/promises'
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
  buckets(): readonly { readonly to: number; readonly count: number }[]
  cumulative(boundsSeconds: readonly number[]): number[]
  quantile(quantile: number): number
}

/** Seconds: those of Prometheus's classic histograms, from 10 µs to 10 s. */
const BOUNDS = [
  1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** So many rows are told before others have their turn. */
const ROWS_A_TURN = 20

/** What is counted. */
export function statisticsAnswers({ served, tls }: ControlParts): StatisticsService {
  return {
    statistics: async ({ blocks, labels = [], fine }) => {
      const { statistics } = served.server
      const wanted = { pairs: labels.map(pairOf), bucketsOf: fine ? fineBuckets : classicBuckets }
      const told: ToldBlock[] = []
      for (const block of Object.values(statistics.blocks)) {
        if (blocks !== undefined && !blocks.includes(block.declaration.name)) continue
        told.push(await toldBlock(block.declaration, block.snapshot(), wanted))
      }
      if (tls !== undefined && blocks?.includes(STRANGERS.name) !== false)
        told.push(strangersTold(tls.listener.strangers, wanted.pairs))
      return { blocks: told }
    },
  }
}

type Strangers = NonNullable<ControlParts['tls']>['listener']['strangers']

const STRANGERS = {
  name: 'controlStrangers',
  labels: [] as string[],
  metrics: Object.entries({
    turnedAway: 'connections that were too many',
    noHandshake: 'connections that came to no TLS',
    noRequest: 'connections that sent no request',
    noToken: 'requests without a token that is known',
  }).map(([name, help]) => ({ name, kind: 'counter' as const, unit: 'events', help })),
}

/** Those who came by TLS and showed no token. */
function strangersTold(strangers: Strangers, wanted: readonly Pair[]): ToldBlock {
  return { ...STRANGERS, rows: wanted.length === 0 ? [{ labels: {}, values: { ...strangers } }] : [] }
}

type Pair = readonly [label: string, value: string]

function pairOf(text: string): Pair {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Which rows are told, and how histograms are. */
interface Wanted {
  readonly pairs: readonly Pair[]
  readonly bucketsOf: BucketsOf
}

async function toldBlock(
  declaration: Declared,
  rows: readonly Reading[],
  { pairs, bucketsOf }: Wanted,
): Promise<ToldBlock> {
  const { name, labels, metrics } = declaration
  const meant = Object.entries(metrics).map(([metric, { kind, unit, help, ...rest }]) => ({
    name: metric,
    kind,
    unit,
    help,
    ...('by' in rest && { by: rest.by.label }),
  }))
  const has = (row: Reading): boolean => pairs.every(([label, value]) => row.labels[label] === value)
  const told: ToldRow[] = []
  for (const row of rows.filter(has)) {
    told.push(toldRow(row, bucketsOf))
    if (told.length % ROWS_A_TURN === 0) await nextTurn()
  }
  return { name, labels: [...labels], metrics: meant, rows: told }
}

function toldRow({ labels, values }: Reading, bucketsOf: BucketsOf): ToldRow {
  return {
    labels: { ...labels },
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toldValue(value, bucketsOf)])),
  }
}

const NOTHING: ToldValue = { count: 0, sum: 0, buckets: [], p50: 0, p99: 0, p999: 0 }

const isHistogram = (value: object): value is HistogramReading => 'sumSeconds' in value

function toldValue(value: unknown, bucketsOf: BucketsOf): ToldValue {
  if (typeof value === 'number') return value
  if (isHistogram(value as object)) return toldHistogram(value as HistogramReading, bucketsOf)
  const kinds = Object.entries(value as Readonly<Record<string, unknown>>)
  return Object.fromEntries(kinds.map(([kind, each]) => [kind, toldValue(each, bucketsOf)])) as ToldValue
}

type Buckets = readonly { readonly le: number; readonly count: number }[]
type BucketsOf = (histogram: HistogramReading) => Buckets

function classicBuckets(histogram: HistogramReading): Buckets {
  const cumulative = histogram.cumulative(BOUNDS)
  return BOUNDS.map((le, at) => ({ le, count: cumulative[at] ?? 0 }))
}

function fineBuckets(histogram: HistogramReading): Buckets {
  let sum = 0
  return histogram
    .buckets()
    .filter(({ to }) => Number.isFinite(to))
    .map(({ to: le, count }) => ({ le, count: (sum += count) }))
}

/** The last bucket has no end, which JSON has no number for: it is all. */
function toldHistogram(histogram: HistogramReading, bucketsOf: BucketsOf): ToldValue {
  const { count, sumSeconds } = histogram
  // Most disks do few kinds of commands: what nobody did takes no room.
  if (count === 0) return NOTHING
  const [p50 = 0, p99 = 0, p999 = 0] = [0.5, 0.99, 0.999].map(each => histogram.quantile(each))
  return { count, sum: sumSeconds, buckets: [...bucketsOf(histogram)], p50, p99, p999 }
}
