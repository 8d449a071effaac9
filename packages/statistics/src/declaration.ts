import { arrayOf, checkArgument, checkOptions, crc32c, object, oneOf, required, text } from '@lunkit/wire'
import { statisticsLimits } from './limits.ts'
import {
  type CounterPlace,
  type GaugePlace,
  HistogramPlace,
  type Metric,
  MetricKind,
  type Metrics,
  type Places,
} from './metric.ts'
import { BUCKETS } from './scale.ts'

/** What is declared: the rows of a block, and the metrics that each row has. */
export interface DeclarationSpec<L extends string, M extends Metrics> {
  /** What a row is about: `unit`, `lane`. */
  readonly name: string
  /** The names of what a row is keyed by; none for a block that is one row. */
  readonly labels: readonly L[]
  readonly metrics: M
}

/** One number, or one histogram, of a row. */
export interface Cell {
  readonly metric: string
  /** Which of the kinds that the metric tells apart; undefined for a metric that is one number. */
  readonly value: string | undefined
  readonly kind: MetricKind
  readonly place: CounterPlace | GaugePlace | HistogramPlace
}

const WORD_BYTES = Float64Array.BYTES_PER_ELEMENT
const LABEL_WORDS = statisticsLimits.labelBytes / WORD_BYTES

/**
 * A declaration of what is counted: exporters take names, units, help and labels from it, those who count take the
 * places of its metrics. Made by `declare`.
 */
export class Declaration<L extends string = string, M extends Metrics = Metrics> {
  readonly name: string
  readonly labels: readonly L[]
  readonly metrics: M
  /** Where in a row each metric is counted. */
  readonly at: Places<M>
  /** @internal every number and histogram of a row */
  readonly cells: readonly Cell[]
  /** @internal words of a row before its labels, and of the whole row */
  readonly frontWords: number
  /** @internal */
  readonly words: number
  /** @internal rows that a block has by itself: for what has gone, and for what came when all rows were taken */
  readonly ownRows: number
  /** @internal two declarations with different rows have different ones */
  readonly fingerprint: number

  /** @internal declarations are made by declare() */
  constructor({ name, labels, metrics }: DeclarationSpec<L, M>) {
    this.name = name
    this.labels = labels
    this.metrics = metrics
    const wanted = Object.entries(metrics).flatMap(([metric, { kind, by }]) =>
      (by?.values ?? [undefined]).map(value => ({ metric, value, kind })),
    )
    this.frontWords = wanted.length
    let words = this.frontWords + labels.length * LABEL_WORDS
    this.cells = wanted.map((cell, at) => {
      if (cell.kind !== MetricKind.histogram) return { ...cell, place: at as CounterPlace }
      const place = new HistogramPlace(at, words)
      words += BUCKETS
      return { ...cell, place }
    })
    this.words = words
    this.ownRows = labels.length > 0 ? 2 : 1
    this.at = perMetric(this.cells, ({ place }) => place) as Places<M>
    this.fingerprint = crc32c(new TextEncoder().encode(JSON.stringify([name, labels, wanted]))) | 0
  }
}

/** What `of` makes of each cell, by metric, and by kind where the metric tells kinds apart. */
export function perMetric<T>(cells: readonly Cell[], of: (cell: Cell) => T): Record<string, T | Record<string, T>> {
  const all: Record<string, T | Record<string, T>> = {}
  for (const cell of cells) {
    const { metric, value } = cell
    if (value === undefined) {
      all[metric] = of(cell)
      continue
    }
    all[metric] ??= {}
    const kinds = all[metric] as Record<string, T>
    kinds[value] = of(cell)
  }
  return all
}

const isName = (name: string): boolean => /^[a-z][A-Za-z0-9]*$/.test(name)
const isLabel = (name: string): boolean => /^[a-z][a-z0-9_]*$/.test(name)
const NAME = text('a name: a small letter, then letters and digits', isName)
const LABEL = text('a label: a small letter, then small letters, digits and _', isLabel)
const WORDS = text('a text that is not empty', words => words !== '')
const differ = (values: unknown): boolean => new Set(values as unknown[]).size === (values as unknown[]).length
const KINDS = {
  ...arrayOf(WORDS),
  words: 'an array of one or more texts that differ',
  has: (values: unknown) => arrayOf(WORDS).has(values as never) && differ(values) && (values as unknown[]).length > 0,
}
const LABELS = {
  ...arrayOf(LABEL),
  words: 'an array of labels that differ: small letters, digits and _',
  has: (labels: unknown) => arrayOf(LABEL).has(labels as never) && differ(labels),
}
const SPEC = {
  name: required(NAME),
  labels: required(LABELS),
  metrics: required(object('one or more metrics by name', metrics => Object.keys(metrics).length > 0)),
}
const METRIC = {
  kind: required(oneOf(Object.values(MetricKind))),
  unit: required(WORDS),
  help: required(WORDS),
  by: object('{ label, values }'),
}
const DIMENSION = { label: required(LABEL), values: required(KINDS) }

/**
 * Declares what is counted.
 * @throws {TypeError} or {RangeError} for what is no such declaration.
 */
export function declare<const L extends string, const M extends Metrics>(
  spec: DeclarationSpec<L, M>,
): Declaration<L, M> {
  checkOptions('declare', spec, SPEC)
  for (const [name, metric] of Object.entries(spec.metrics)) checkMetric(spec, name, metric)
  return new Declaration(spec)
}

function checkMetric({ labels }: DeclarationSpec<string, Metrics>, name: string, metric: Metric): void {
  checkArgument('declare: a name of a metric', name, NAME)
  checkOptions(`declare: ${name}`, metric, METRIC)
  const { by, kind, unit } = metric
  if (kind === MetricKind.histogram && unit !== 'seconds')
    throw new RangeError(`declare: ${name}: unit is ${unit}; right is seconds, which every histogram has`)
  if (by === undefined) return
  checkOptions(`declare: ${name}: by`, by, DIMENSION)
  if (labels.includes(by.label))
    throw new RangeError(`declare: ${name}: by: label is ${by.label}; right is one that the rows are not keyed by`)
}
