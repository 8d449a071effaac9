import type { storeMetrics } from '../store-metrics.ts'

/** How a descriptor's operations went, since it was opened: see `storeMetrics`. */
export type DescriptorCounters = Readonly<Record<keyof typeof storeMetrics.metrics, number>>
