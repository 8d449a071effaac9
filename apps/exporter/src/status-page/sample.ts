import { type Counted, together } from './counted.ts'
import { countedSince, type Load, loadOf } from './load.ts'
import type { Reading } from './reading.ts'

/** What was seen of lunkitd at a time. */
export interface Sample {
  /** Milliseconds of the clock. */
  readonly atMs: number
  readonly at: Date
  /** Why lunkitd could not be asked; undefined where it was. */
  readonly away: string | undefined
  /** The last that it said; where it is away that is old. */
  readonly reading: Reading | undefined
  /** When it said that. */
  readonly readAt: Date | undefined
  /** What was done between two readings. */
  readonly loads: Loads | undefined
}

/** What was done between two readings. */
export interface Loads {
  readonly seconds: number
  readonly all: Load
  /** By storage object. */
  readonly units: ReadonlyMap<string, Load>
  /** By initiator and target. */
  readonly initiators: ReadonlyMap<string, Load>
}

/** A reading, and when it was. */
export interface TimedReading {
  readonly atMs: number
  readonly reading: Reading
}

type Counts = ReadonlyMap<string, Counted>

/** What was done between two readings; undefined where they are of two processes. */
export function loadsBetween(before: TimedReading | undefined, now: TimedReading): Loads | undefined {
  if (before === undefined || before.reading.inventory.started !== now.reading.inventory.started) return undefined
  const { bounds, units, initiators } = now.reading
  // Two readings at one time would be an endless load.
  const between = { seconds: Math.max(now.atMs - before.atMs, 1) / 1000, bounds }
  const since = (all: Counts, earlier: Counts): Counts =>
    new Map([...all].map(([key, counted]) => [key, countedSince(earlier.get(key), counted)]))
  const loads = (all: Counts): ReadonlyMap<string, Load> =>
    new Map([...all].map(([key, counted]) => [key, loadOf(counted, between)]))
  const done = since(units, before.reading.units)
  return {
    seconds: between.seconds,
    all: loadOf(together(done.values()), between),
    units: loads(done),
    initiators: loads(since(initiators, before.reading.initiators)),
  }
}
