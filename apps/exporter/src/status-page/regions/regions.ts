import type { Point } from '../history.ts'
import type { Markup } from '../markup.ts'
import type { PageQuery } from '../page-query.ts'
import type { Sample } from '../sample.ts'
import { chartsRegion } from './charts.ts'
import { healthRegion } from './health.ts'
import { lunsRegion } from './luns.ts'
import { refusalsRegion } from './refusals.ts'
import { sessionsRegion } from './sessions.ts'

/** What is shown, and what went on before. */
export interface Seen {
  readonly sample: Sample
  readonly history: readonly Point[]
}

type Region = (seen: Seen, query: PageQuery) => readonly Markup[]

/** Every part of the page that changes, by the `id` of the element that it is in. */
export const regions = {
  health: ({ sample }, query) => healthRegion(sample, query),
  charts: ({ sample, history }) => chartsRegion(history, sample.atMs),
  luns: ({ sample }, query) => lunsRegion(sample, query),
  sessions: ({ sample }, query) => sessionsRegion(sample, query),
  refusals: ({ sample }, query) => refusalsRegion(sample, query),
} as const satisfies Readonly<Record<string, Region>>

/** The name of such a part. */
export type RegionName = keyof typeof regions
