import { Block, declare, Histogram, type HistogramPlace, type Metrics, type Row, RowPair } from '@lunkit/statistics'
import { type Comparison, QUANTILES } from './comparison.ts'

/** A block with histograms, as far as it is compared. */
interface ComparedBlock {
  readonly declaration: { readonly name: string; readonly labels: readonly string[]; readonly at: object }
  snapshot(): { readonly labels: Readonly<Record<string, string>>; readonly values: object }[]
}

/** The samples of one histogram by the row that it is in. */
type SamplesByRow = Map<string, number[]>

/** Records, one by one, what every histogram of the process is given. */
export class SampleRecorder {
  readonly #samples = new Map<HistogramPlace, SamplesByRow>()

  /** From now on, for as long as the process lasts; of some histograms only, where they are named. */
  constructor(only?: ReadonlySet<HistogramPlace>) {
    const metrics = { any: { kind: 'counter', unit: 'things', help: 'any' } } as const satisfies Metrics
    const rows = Object.getPrototypeOf(new Block(declare({ name: 'any', labels: [], metrics })).row({})) as Row
    const observe = Reflect.get(rows, 'observe') as (this: Row, ...of: Parameters<Row['observe']>) => void
    const record = (row: Row, place: HistogramPlace, milliseconds: number) => this.#record(row, place, milliseconds)
    rows.observe = function recorded(this: Row, place, milliseconds) {
      if (only?.has(place) ?? true) record(this, place, milliseconds)
      observe.call(this, place, milliseconds)
    }
    const pairs = RowPair.prototype
    const observeBoth = Reflect.get(pairs, 'observe') as (this: RowPair, ...of: Parameters<RowPair['observe']>) => void
    pairs.observe = function recorded(this: RowPair, place, otherPlace, milliseconds) {
      if (only?.has(place) ?? true) record(this.one, place, milliseconds)
      if (only?.has(otherPlace) ?? true) record(this.other, otherPlace, milliseconds)
      observeBoth.call(this, place, otherPlace, milliseconds)
    }
  }

  #record({ seat }: Row, place: HistogramPlace, milliseconds: number): void {
    let byRow = this.#samples.get(place)
    if (!byRow) this.#samples.set(place, (byRow = new Map()))
    const samples = byRow.get(seat.key)
    if (samples) samples.push(milliseconds / 1000)
    else byRow.set(seat.key, [milliseconds / 1000])
  }

  /** The samples of one histogram so far, in seconds, by the labels of its rows. */
  ofPlace(place: HistogramPlace): { labels: readonly string[]; samples: Float64Array<ArrayBuffer> }[] {
    return [...(this.#samples.get(place) ?? [])].map(([key, samples]) => {
      return { labels: JSON.parse(key) as string[], samples: Float64Array.from(samples) }
    })
  }

  /** Each histogram of each row that is there, of which none has gone and come again. */
  byRow(block: ComparedBlock): Comparison[] {
    const { at, labels, name } = block.declaration
    const rows = block.snapshot().filter(row => !labels.some(label => row.labels[label]?.startsWith('_')))
    return rows.flatMap(row => {
      const key = JSON.stringify(labels.map(label => row.labels[label]))
      return [...histogramsOf(at, row.values)].map(([metric, place, histogram]) =>
        compare(`${name} ${key} ${metric}`, histogram, this.#samples.get(place)?.get(key) ?? []),
      )
    })
  }

  /** Each histogram of all rows together, wherever their samples are now. */
  inAll(block: ComparedBlock): Comparison[] {
    const { at, name } = block.declaration
    const found = new Map<HistogramPlace, { readonly metric: string; readonly histograms: Histogram[] }>()
    for (const { values } of block.snapshot())
      for (const [metric, place, histogram] of histogramsOf(at, values)) {
        const known = found.get(place)
        if (known) known.histograms.push(histogram)
        else found.set(place, { metric, histograms: [histogram] })
      }
    return [...found].map(([place, { metric, histograms }]) => {
      const samples = [...(this.#samples.get(place)?.values() ?? [])].flat()
      return compare(`${name} ${metric}`, Histogram.merged(histograms), samples)
    })
  }
}

function* histogramsOf(at: object, values: object, prefix = ''): Generator<[string, HistogramPlace, Histogram]> {
  for (const [name, value] of Object.entries(values)) {
    const place = (at as Readonly<Record<string, unknown>>)[name]
    if (value instanceof Histogram) yield [`${prefix}${name}`, place as HistogramPlace, value]
    else if (typeof value === 'object') yield* histogramsOf(place as object, value as object, `${name} `)
  }
}

function compare(what: string, histogram: Histogram, samples: readonly number[]): Comparison {
  const told = QUANTILES.map(quantile => histogram.quantile(quantile))
  return { what, count: histogram.count, samples: samples.length, told, exact: exactOf(samples) }
}

/** The percentiles of samples, those of QUANTILES. */
export function exactOf(samples: ArrayLike<number>): readonly number[] {
  const sorted = Float64Array.from(samples, seconds => Math.max(0, seconds)).sort()
  return QUANTILES.map(quantile => sorted[Math.max(1, Math.ceil(quantile * sorted.length)) - 1] ?? 0)
}
