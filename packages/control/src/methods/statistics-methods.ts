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
} as const
