import type { CounterPlace, Row } from '@lunkit/statistics'
import { storeMetrics } from '../store-metrics.ts'

const { inPlaceReads, batchedReads, inPlaceWrites, slowReads, slowWrites, laneOperations } = storeMetrics.at
const places = { inPlaceReads, batchedReads, inPlaceWrites, slowReads, slowWrites, laneOperations } as const

/** How a descriptor's operations went, since it was opened: see `storeMetrics`. */
export type DescriptorCounters = Readonly<Record<keyof typeof places, number>>

/** What a row of `storeMetrics` says of it now. */
export const readCounters = (row: Row): DescriptorCounters =>
  Object.fromEntries(
    Object.entries<CounterPlace>(places).map(([name, place]) => [name, row.get(place)]),
  ) as DescriptorCounters
