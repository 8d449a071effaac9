import type { ControlClient, ResultOf } from '@lunkit/control/client'
import type { Clock } from '../clock.ts'

type Row = ResultOf<'statistics'>['blocks'][number]['rows'][number]

/** What was counted of an initiator at a unit, until it was read. */
export interface NexusReading {
  readonly target: string
  readonly tpg: string
  readonly initiator: string
  readonly unit: string
  readonly commands: number
  readonly readBytes: number
  readonly writtenBytes: number
  /** How long all commands took together. */
  readonly sumSeconds: number
  /** How many took no longer than so many seconds, rising. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[]
  /** Commands that were under way. */
  readonly depth: number
}

/** What was counted at a time. */
export interface Reading {
  /** Of the clock. */
  readonly atMs: number
  readonly nexuses: ReadonlyMap<string, NexusReading>
}

interface Histogram {
  readonly count: number
  readonly sum: number
  readonly buckets: NexusReading['buckets']
}

const NOTHING: Histogram = { count: 0, sum: 0, buckets: [] }
/** The totals of who has gone: that they are added there is no load. */
const ENDED = '_ended'
/** The commands that write what an initiator sends. */
const WRITES = ['write', 'write_same', 'compare_and_write'] as const

function readingOf({ labels, values }: Row): NexusReading {
  const { target = '', tpg = '', initiator = '', unit = '' } = labels
  const byKind = (name: string) => (values[name] ?? {}) as Readonly<Record<string, number>>
  const bytes = byKind('bytes')
  const duration = (values['duration'] ?? NOTHING) as Histogram
  return {
    ...{ target, tpg, initiator, unit },
    commands: duration.count,
    readBytes: bytes['read'] ?? 0,
    writtenBytes: WRITES.reduce((sum, kind) => sum + (bytes[kind] ?? 0), 0),
    sumSeconds: duration.sum,
    buckets: duration.buckets,
    depth: Number(values['tasks'] ?? 0),
  }
}

const keyOf = ({ target, tpg, initiator, unit }: NexusReading): string => [target, tpg, initiator, unit].join('\n')

/** Reads what is counted of every initiator at every unit now. */
export async function readNexuses(client: ControlClient, clock: Clock): Promise<Reading> {
  const { blocks } = await client.call('statistics', { blocks: ['nexus'], fine: true })
  const rows = blocks.flatMap(({ rows: each }) => each).filter(({ labels }) => labels['initiator'] !== ENDED)
  return { atMs: clock.now(), nexuses: new Map(rows.map(readingOf).map(each => [keyOf(each), each])) }
}
