import * as z from 'zod'
import { method } from './method.ts'
import { routes } from './routes.ts'

const histogram = z.object({
  count: z.int().min(0),
  sum: z.number(),
  buckets: z
    .array(z.object({ le: z.number(), count: z.int().min(0) }))
    .describe('cumulative, in seconds; none where nothing was counted'),
  p50: z.number(),
  p99: z.number(),
  p999: z.number(),
})
const value = z.union([z.number(), histogram])

const block = z.object({
  name: z.string(),
  labels: z.array(z.string()),
  metrics: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['counter', 'gauge', 'histogram']),
      unit: z.string(),
      help: z.string(),
      by: z.string().optional().describe('the label of a metric that has several values'),
    }),
  ),
  rows: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      values: z.record(z.string(), z.union([value, z.record(z.string(), value)])),
    }),
  ),
})

const countedBlock = z.object({
  name: z.string(),
  labels: z.array(z.string()),
  cells: z.array(
    z.object({
      metric: z.string(),
      kind: z.enum(['counter', 'gauge', 'histogram']),
      of: z.string().describe('which of the values that the metric tells apart; empty: it is one'),
    }),
  ),
  rows: z.array(
    z.object({
      labels: z.array(z.string()).describe('in the order of the block'),
      values: z.array(z.number()).describe('cell, value, cell, value, ...'),
      histograms: z
        .array(z.array(z.number()))
        .describe('cell, count, sum in seconds, then how many did not exceed each of the bounds'),
    }),
  ),
})

/** What the daemon counts. */
export const statisticsMethods = {
  statistics: method(routes.statistics, {
    meaning: 'what the daemon counts: by block, and by the labels of rows',
    input: z.strictObject({
      blocks: z.array(z.string()).optional().describe('only these: disk'),
      labels: z
        .array(z.string().regex(/^[^=]+=/))
        .optional()
        .describe('only rows that have all of these: disk=fileio/disk0'),
      fine: z
        .boolean()
        .default(false)
        .describe(
          'histograms have the buckets that they are counted in, as far as those hold anything: each ends within 6.3 % of where it begins',
        ),
    }),
    answer: z.object({ blocks: z.array(block) }),
    errors: [],
  }),
  counters: method(routes.counters, {
    meaning: 'the same for exporters, as short as can be: of each row only what is not 0, by the place of its cell',
    input: z.strictObject({}),
    answer: z.object({
      bounds: z.array(z.number()).describe('seconds: the `le` of classic histograms of Prometheus, without +Inf'),
      blocks: z.array(countedBlock),
    }),
    errors: [],
  }),
} as const
