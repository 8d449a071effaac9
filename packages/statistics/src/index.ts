/** @lunkit/statistics: counters, gauges and histograms, declared once, in shared memory. */
import './node-version.ts'

export type { BlockOptions } from './block.ts'
export { Block, ENDED, OTHER } from './block.ts'
export type { CellsReading, RowReading, RowValues, ValueOfKind } from './block-reader.ts'
export { BlockReader } from './block-reader.ts'
export { Clock } from './clock.ts'
export type { DeclarationSpec } from './declaration.ts'
export { Declaration, declare } from './declaration.ts'
export type { HistogramBucket, NativeBucket } from './histogram.ts'
export { Histogram } from './histogram.ts'
export { statisticsLimits } from './limits.ts'
export type {
  CounterPlace,
  Dimension,
  GaugePlace,
  HistogramPlace,
  Metric,
  Metrics,
  PerMetric,
  PlaceOfKind,
  Places,
} from './metric.ts'
export { MetricKind } from './metric.ts'
export type { Row } from './row.ts'
export { RowPair } from './row-pair.ts'
