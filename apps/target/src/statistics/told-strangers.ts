import type { AnswerOf } from '@lunkit/control'
import type { TlsListener } from '@lunkit/control/tls'

type Strangers = TlsListener['strangers']
type ToldBlock = AnswerOf<'statistics'>['blocks'][number]
type CountedBlock = AnswerOf<'counters'>['blocks'][number]

const NAME = 'controlStrangers'
const HELP = {
  turnedAway: 'connections that were too many',
  noHandshake: 'connections that came to no TLS',
  noRequest: 'connections that sent no request',
  noToken: 'requests without a token that is known',
} as const satisfies Readonly<Record<keyof Strangers, string>>

const METRICS = Object.entries(HELP).map(([name, help]) => ({ name, kind: 'counter' as const, unit: 'events', help }))

/** What `statistics` has of them, where it is asked for those blocks, and for no labels: they have none. */
export function toldStrangers(
  strangers: Strangers,
  blocks: readonly string[] | undefined,
  labels: readonly string[],
): ToldBlock[] {
  if (blocks?.includes(NAME) === false) return []
  const rows = labels.length === 0 ? [{ labels: {}, values: { ...strangers } }] : []
  return [{ name: NAME, labels: [], metrics: METRICS, rows }]
}

/** What `counters` has of them; undefined: nobody can come. */
export function countedStrangers(strangers: Strangers | undefined): CountedBlock {
  const fates = Object.keys(HELP) as (keyof Strangers)[]
  const values = fates.flatMap((fate, at) => (strangers?.[fate] ? [at, strangers[fate]] : []))
  return {
    name: NAME,
    labels: [],
    cells: fates.map(of => ({ metric: 'strangers', kind: 'counter', of })),
    rows: [{ labels: [], values, histograms: [] }],
  }
}
