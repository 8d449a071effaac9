import { type Block, declare } from '@lunkit/statistics'

/** What the threads of a server have, and how soon they come to what there is to do. */
export const threadMetrics = declare({
  name: 'thread',
  labels: ['thread'],
  metrics: {
    eventLoopLag: {
      kind: 'histogram',
      unit: 'seconds',
      help: 'how much later than asked for a timer ran, which is asked for ten times a second',
    },
    bufferBytes: {
      kind: 'gauge',
      unit: 'bytes',
      help: 'transfer memory that somebody has, and that nobody has',
      by: { label: 'state', values: ['used', 'free'] },
    },
  },
})

/** The memory that threads are counted in. */
export type ThreadBlock = Block<'thread', typeof threadMetrics.metrics>
