import { type Block, declare } from '@lunkit/statistics'

const counter = (unit: string, help: string) => ({ kind: 'counter', unit, help }) as const

/** How the operations of each store went that does them on a descriptor. */
export const storeMetrics = declare({
  name: 'store',
  labels: ['store'],
  metrics: {
    inPlaceReads: counter('reads', 'reads that were done in place, whole or in part'),
    batchedReads: counter('reads', 'those of them that one system call has done together with others'),
    inPlaceWrites: counter('writes', 'writes that were done in place, whole or in part'),
    slowReads: counter('reads', 'reads in place that took too long; after a few the next ones go to a lane'),
    slowWrites: counter('writes', 'writes in place that took too long; the next ones go to a lane'),
    laneOperations: counter('operations', 'operations handed to a lane'),
  },
})

/** What is counted of each store. */
export type StoreBlock = Block<'store', typeof storeMetrics.metrics>
