import { readable } from './report/numbers.ts'
import type { Results } from './results.ts'
import type { ContenderName } from './rows.ts'
import { type Figure, figureOf } from './sample.ts'
import { median } from './statistics.ts'

/** What was asked for, what was measured, and whether that is enough. */
export type Verdict = {
  readonly asked: string
  readonly measured: string
  readonly met: boolean
}

type Goal = {
  readonly asked: string
  /** What is compared with the limit; undefined while it was not measured. */
  readonly value: (results: Results) => number | undefined
  readonly unit: string
} & ({ readonly atLeast: number } | { readonly atMost: number })

/** A contender's median in a row. */
function figure(results: Results, row: string, name: ContenderName, of: Figure): number | undefined {
  const samples = results.rows.find(each => each.name === row)?.samples[name]
  return samples === undefined ? undefined : figureOf(samples, of).median
}

type Side = readonly [row: string, name: ContenderName, of?: Figure]

/** One median divided by another. */
const ratio =
  (above: Side, below: Side): Goal['value'] =>
  results => {
    const [value, base] = [above, below].map(([row, name, of = 'operationsPerSecond']) =>
      figure(results, row, name, of),
    )
    return value === undefined || base === undefined ? undefined : value / base
  }

/** lunkitd's operations a second by somebody else's, in one row. */
const beside = (row: string, name: ContenderName) => ratio([row, 'lunkitd'], [row, name])

const modes = ['read', 'write'] as const
type Mode = (typeof modes)[number]
const sizes = ['4k', '128k'] as const

const times = ' times'
const names = { '4k': '4 KiB random', '128k': '128 KiB sequential' } as const
const depths = { '4k': 'd32', '128k': 'd16' } as const

/** One session, a cached file. */
function cachedGoals(mode: Mode): Goal[] {
  const [one, many, large] = [`cached/4k/${mode}/d1`, `cached/4k/${mode}/d32`, `cached/128k/${mode}/d16`] as const
  const least = (asked: string, row: string, name: ContenderName, atLeast: number): Goal => {
    return { asked: `cached file, ${asked}`, value: beside(row, name), unit: times, atLeast }
  }
  const most = (asked: string, of: Figure, atMost: number): Goal => {
    return { asked, value: ratio([many, 'lunkitd', of], [many, 'tgtd', of]), unit: times, atMost }
  }
  return [
    least(`4 KiB random ${mode}, depth 32: at least 5 times tgt`, many, 'tgtd', 5),
    least(`4 KiB random ${mode}, depth 1: at least 1.3 times tgt`, one, 'tgtd', 1.3),
    least(`128 KiB sequential ${mode}, depth 16: at least 1.1 times tgt (the aim is 2)`, large, 'tgtd', 1.1),
    least(`128 KiB sequential ${mode}, depth 16: at least 0.8 times the plain C server`, large, 'plain', 0.8),
    most(`p99, 4 KiB random ${mode}, depth 32: under a quarter of tgt's`, 'p99Us', 0.25),
    most(`CPU time an operation, 4 KiB random ${mode}, depth 32: at most a third of tgt's`, 'cpuUs', 1 / 3),
  ]
}

function sessionsGoal(mode: Mode): Goal {
  return {
    asked: `64 sessions, 4 KiB random ${mode}, depth 32 each: no slower in sum than one`,
    value: ratio([`sessions/4k/${mode}/d32x64`, 'lunkitd'], [`sessions/4k/${mode}/d32`, 'lunkitd']),
    unit: times,
    atLeast: 1,
  }
}

function digestsGoals(mode: Mode): Goal[] {
  return sizes.map(size => ({
    asked: `digests, ${names[size]} ${mode}: at least 3 times tgt with digests`,
    value: beside(`digests/${size}/${mode}/${depths[size]}`, 'tgtd'),
    unit: times,
    atLeast: 3,
  }))
}

function ramdiskGoals(mode: Mode): Goal[] {
  return sizes.map(size => ({
    asked: `ramdisk, ${names[size]} ${mode}: 0.7 times the C echo`,
    value: beside(`ramdisk/${size}/${mode}/${depths[size]}`, 'echo'),
    unit: times,
    atLeast: 0.7,
  }))
}

function pollingGoals(mode: Mode): Goal[] {
  const row = `polling/4k/${mode}/d1`
  const p50Us = (results: Results, name: ContenderName) => figure(results, row, name, 'p50Us')
  return [
    {
      asked: `polling, 4 KiB random ${mode}, depth 1: p50 at most 0.65 times tgt's`,
      value: ratio([row, 'polling', 'p50Us'], [row, 'tgtd', 'p50Us']),
      unit: times,
      atMost: 0.65,
    },
    {
      asked: `polling, 4 KiB random ${mode}, depth 1: p50 within 15 µs of the C echo's`,
      value: results => {
        const [ours, echo] = [p50Us(results, 'polling'), p50Us(results, 'echo')]
        return ours === undefined || echo === undefined ? undefined : ours - echo
      },
      unit: ' µs',
      atMost: 15,
    },
  ]
}

/** Of each round what lunkitd has used beside lunkitd that does not count; the median of all. */
function statisticsGoal(mode: Mode): Goal {
  return {
    asked: `statistics, 4 KiB random ${mode}, depth 32: under 2 % more CPU time an operation`,
    value: results => {
      const { lunkitd = [], uncounted } =
        results.rows.find(({ name }) => name === `statistics/4k/${mode}/d32`)?.samples ?? {}
      return uncounted && median(lunkitd.map(({ cpuUs }, round) => cpuUs / (uncounted[round]?.cpuUs ?? Number.NaN)))
    },
    unit: times,
    atMost: 1.02,
  }
}

/** Rows in which lunkitd has to be as fast as tgt. */
const noSlower: Readonly<Record<string, string>> = {
  'cold/4k/read/d1': 'cold file, 4 KiB random read, depth 1',
  'cold/4k/read/d32': 'cold file, 4 KiB random read, depth 32',
  'cold/128k/read/d16': 'cold file, 128 KiB sequential read, depth 16',
  'through/4k/write/d1': 'write-through, 4 KiB random write, depth 1',
  'through/4k/write/d32': 'write-through, 4 KiB random write, depth 32',
  'through/128k/write/d16': 'write-through, 128 KiB sequential write, depth 16',
}

function diskGoals(): Goal[] {
  return Object.entries(noSlower).map(([row, what]) => {
    return { asked: `${what}: at least tgt`, value: beside(row, 'tgtd'), unit: times, atLeast: 1 }
  })
}

const daemonGoals: readonly Goal[] = [
  {
    asked: 'from exec of lunkitd to the Login Response: under 400 ms, median of ten',
    value: ({ daemon }) => daemon && median(daemon.startMs),
    unit: ' ms',
    atMost: 400,
  },
  {
    asked: 'idle: at most 50 ms of CPU in 60 s',
    value: ({ daemon }) => daemon && (daemon.idle.cpuMs * 60) / daemon.idle.seconds,
    unit: ' ms',
    atMost: 50,
  },
  {
    asked: 'idle: under 120 MB resident, the demo disk untouched',
    value: ({ daemon }) => daemon && daemon.idle.residentBytes / 1e6,
    unit: ' MB',
    atMost: 120,
  },
]

/** "Must show" of the milestone, as far as this bench measures it. */
const goals: readonly Goal[] = [
  ...modes.flatMap(cachedGoals),
  ...modes.map(sessionsGoal),
  ...modes.flatMap(digestsGoals),
  ...diskGoals(),
  ...modes.flatMap(ramdiskGoals),
  ...modes.flatMap(pollingGoals),
  ...modes.map(statisticsGoal),
  ...daemonGoals,
]

/** What of the goals can be judged by these results. */
export function verdicts(results: Results): Verdict[] {
  return goals.flatMap(goal => {
    const value = goal.value(results)
    if (value === undefined) return []
    const met = 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost
    return [{ asked: goal.asked, measured: `${readable(value)}${goal.unit}`, met }]
  })
}
