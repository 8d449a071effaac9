/** What a metric is. */
export const MetricKind = {
  /** Only grows; it is kept when what it was counted for goes. */
  counter: 'counter',
  /** What there is now; it goes with what it was counted for. */
  gauge: 'gauge',
  /** How long things took, observed in milliseconds and told in seconds: 1 µs to 100 s, within 5 %. */
  histogram: 'histogram',
} as const
export type MetricKind = (typeof MetricKind)[keyof typeof MetricKind]

/** Kinds of a thing that a metric tells apart, as a closed list: operations, sense keys. */
export interface Dimension {
  /** The label under which exporters show it. */
  readonly label: string
  readonly values: readonly string[]
}

/** One metric as it is declared. */
export interface Metric {
  readonly kind: MetricKind
  /** In the plural: `commands`, `bytes`; that of a histogram is `seconds`. */
  readonly unit: string
  /** What it means, in a line. */
  readonly help: string
  /** Left out for a metric that is one number. */
  readonly by?: Dimension
}

/** Metrics by name. */
export type Metrics = Readonly<Record<string, Metric>>

declare const counted: unique symbol
declare const measured: unique symbol
/** Where a counter lies in its row. */
export type CounterPlace = number & { readonly [counted]: true }
/** Where a gauge lies in its row. */
export type GaugePlace = number & { readonly [measured]: true }

/** Where a histogram lies in its row: the sum of what it has counted, and its buckets. How many that were its buckets say. */
export class HistogramPlace {
  readonly sum: number
  readonly buckets: number

  /** @internal places are made by declarations */
  constructor(sum: number, buckets: number) {
    this.sum = sum
    this.buckets = buckets
  }

  /** Whether the row has counted nothing here. Looks at its buckets only where it must: those of no use have no memory. */
  isEmptyIn(words: Float64Array): boolean {
    // What has a sum of 0 was too short for all buckets but the first.
    return words[this.sum] === 0 && words[this.buckets] === 0
  }
}

/** Where a metric of each kind lies. */
export interface PlaceOfKind {
  readonly counter: CounterPlace
  readonly gauge: GaugePlace
  readonly histogram: HistogramPlace
}

/** For each metric one value, or one for each kind that it tells apart. */
export type PerMetric<M extends Metrics, OfKind extends Readonly<Record<MetricKind, unknown>>> = {
  readonly [Name in keyof M]: M[Name] extends {
    readonly by: { readonly values: readonly (infer Value extends string)[] }
  }
    ? { readonly [V in Value]: OfKind[M[Name]['kind']] }
    : OfKind[M[Name]['kind']]
}

/** Where the metrics of a declaration lie. */
export type Places<M extends Metrics> = PerMetric<M, PlaceOfKind>
