import type { NexusReading, Reading } from './nexus-reading.ts'

/** What an initiator does at a unit, or all together: of a second, in the time between two readings. */
export interface Load {
  readonly commands: number
  readonly readBytes: number
  readonly writtenBytes: number
  /** How long a command took; 0 where none has ended. */
  readonly meanSeconds: number
  /** So long, and no longer, took 99 of 100, within 6.3 %; 0 where none has ended. */
  readonly p99Seconds: number
  /** Commands that are under way now. */
  readonly depth: number
}

/** The load of an initiator at a unit. */
export interface NexusLoad extends Load, Pick<NexusReading, 'target' | 'tpg' | 'initiator' | 'unit'> {}

/** All loads, and what they are together. */
export interface Loads {
  readonly seconds: number
  readonly all: Load
  readonly nexuses: readonly NexusLoad[]
}

/** What was counted between two readings. */
type Counted = Omit<NexusReading, 'buckets'> & { readonly buckets: ReadonlyMap<number, number> }

const NOTHING = { commands: 0, readBytes: 0, writtenBytes: 0, sumSeconds: 0, buckets: [] } as const

/** How many took longer than one bound and no longer than the next, of what is told for each bound. */
function apart(buckets: NexusReading['buckets']): Map<number, number> {
  return new Map(buckets.map(({ le, count }, at) => [le, count - (buckets[at - 1]?.count ?? 0)]))
}

/** What was counted since; a row that counts less is another one of the same name. */
function countedSince(now: NexusReading, earlier: NexusReading | undefined): Counted {
  const before = earlier === undefined || earlier.commands > now.commands ? NOTHING : earlier
  const buckets = apart(now.buckets)
  for (const [le, count] of apart(before.buckets)) buckets.set(le, (buckets.get(le) ?? 0) - count)
  return {
    ...now,
    commands: now.commands - before.commands,
    readBytes: now.readBytes - before.readBytes,
    writtenBytes: now.writtenBytes - before.writtenBytes,
    sumSeconds: now.sumSeconds - before.sumSeconds,
    buckets,
  }
}

/** The bound that so many of them did not exceed. */
function quantile(buckets: ReadonlyMap<number, number>, count: number, part: number): number {
  const rising = [...buckets].sort(([one], [other]) => one - other)
  let left = Math.ceil(count * part)
  for (const [le, each] of rising) {
    left -= each
    if (left <= 0) return le
  }
  return rising.at(-1)?.[0] ?? 0
}

function loadOf(counted: Omit<Counted, 'target' | 'tpg' | 'initiator' | 'unit'>, seconds: number): Load {
  const { commands, readBytes, writtenBytes, sumSeconds, buckets, depth } = counted
  return {
    commands: commands / seconds,
    readBytes: readBytes / seconds,
    writtenBytes: writtenBytes / seconds,
    meanSeconds: commands === 0 ? 0 : sumSeconds / commands,
    p99Seconds: commands === 0 ? 0 : quantile(buckets, commands, 0.99),
    depth,
  }
}

function together(all: readonly Counted[]) {
  const sum = (of: (counted: Counted) => number): number => all.reduce((so, each) => so + of(each), 0)
  const buckets = new Map<number, number>()
  for (const each of all) for (const [le, count] of each.buckets) buckets.set(le, (buckets.get(le) ?? 0) + count)
  return {
    commands: sum(({ commands }) => commands),
    readBytes: sum(({ readBytes }) => readBytes),
    writtenBytes: sum(({ writtenBytes }) => writtenBytes),
    sumSeconds: sum(({ sumSeconds }) => sumSeconds),
    depth: sum(({ depth }) => depth),
    buckets,
  }
}

/** The loads in the time between two readings. */
export function loadsBetween(before: Reading, now: Reading): Loads {
  // Two readings at one time would be an endless load.
  const seconds = Math.max(now.atMs - before.atMs, 1) / 1000
  const counted = [...now.nexuses].map(([key, nexus]) => countedSince(nexus, before.nexuses.get(key)))
  return {
    seconds,
    all: loadOf(together(counted), seconds),
    nexuses: counted.map(each => {
      const { target, tpg, initiator, unit } = each
      return { target, tpg, initiator, unit, ...loadOf(each, seconds) }
    }),
  }
}
