import { type Counted, nothingCounted } from './counted.ts'

/** What initiators do at a unit, or one of them does: of a second, in the time between two readings. */
export interface Load {
  readonly reads: number
  readonly writes: number
  readonly others: number
  readonly readBytes: number
  readonly writtenBytes: number
  /** How long a command took; undefined where none has ended. */
  readonly meanSeconds: number | undefined
  /** So long, and no longer, took 99 of 100, by the buckets that Prometheus is told; undefined where none has ended. */
  readonly p99Seconds: number | undefined
  /** Commands that are under way now. */
  readonly tasks: number
}

/** The time between two readings, and the bounds of the buckets in which commands are counted. */
export interface Between {
  readonly seconds: number
  readonly bounds: readonly number[]
}

/** Commands of a second. */
export const operations = ({ reads, writes, others }: Load): number => reads + writes + others

const PART = 0.99
const RATES = ['reads', 'writes', 'others', 'readBytes', 'writtenBytes'] as const
const COUNTERS = [...RATES, 'sumSeconds', 'ended'] as const

/** What was counted since; what has counted less than before is another one of the same name. */
export function countedSince(before: Counted | undefined, now: Counted): Counted {
  if (before === undefined || before.ended > now.ended) return now
  const since = nothingCounted()
  for (const field of COUNTERS) since[field] = Math.max(0, now[field] - before[field])
  for (const [at, count] of now.cumulative.entries()) since.cumulative[at] = count - (before.cumulative[at] ?? 0)
  return { ...since, tasks: now.tasks }
}

/** The load that is in what was counted in a time. */
export function loadOf(counted: Counted, { seconds, bounds }: Between): Load {
  const { tasks, ended, sumSeconds, cumulative } = counted
  const [reads, writes, others, readBytes, writtenBytes] = RATES.map(field => counted[field] / seconds)
  return {
    ...({ reads, writes, others, readBytes, writtenBytes } as Readonly<Record<(typeof RATES)[number], number>>),
    meanSeconds: ended === 0 ? undefined : sumSeconds / ended,
    p99Seconds: ended === 0 ? undefined : quantile(cumulative, bounds, PART * ended),
    tasks,
  }
}

/** As histogram_quantile of Prometheus: evenly spread within a bucket, and no longer than the last bound. */
function quantile(cumulative: readonly number[], bounds: readonly number[], rank: number): number {
  const at = cumulative.findIndex(count => count >= rank)
  if (at === -1) return bounds.at(-1) ?? 0
  const [from = 0, to = 0] = [at === 0 ? 0 : bounds[at - 1], bounds[at]]
  const below = at === 0 ? 0 : (cumulative[at - 1] ?? 0)
  return from + ((to - from) * (rank - below)) / ((cumulative[at] ?? 0) - below)
}
