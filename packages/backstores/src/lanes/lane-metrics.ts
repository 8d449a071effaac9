import { type Block, declare } from '@lunkit/statistics'

const counter = (unit: string, help: string) => ({ kind: 'counter', unit, help }) as const

/** What each lane does. */
export const laneMetrics = declare({
  name: 'lane',
  labels: ['lane'],
  metrics: {
    operations: counter('operations', 'operations that were done'),
    busySeconds: counter('seconds', 'how long it was in operations'),
    lostOperations: counter('operations', 'operations that ended because its thread did'),
    restarts: counter('threads', 'threads that ended unasked, and were started again'),
    stuck: counter('threads', 'threads that were left behind in an operation that did not return'),
    waiting: { kind: 'gauge', unit: 'operations', help: 'operations handed over that are not done' },
  },
})

/** What is counted of each lane. */
export type LaneBlock = Block<'lane', typeof laneMetrics.metrics>
