import type { ResultOf } from '@lunkit/control/client'

type Block = ResultOf<'counters'>['blocks'][number]
type Row = Block['rows'][number]
type Cell = Block['cells'][number]

/** What lunkitd has counted of a unit, or of an initiator, so far. */
export interface Counted {
  reads: number
  writes: number
  /** Commands that neither read nor write what initiators keep there. */
  others: number
  readBytes: number
  writtenBytes: number
  /** Commands that are under way. */
  tasks: number
  /** How long all that have ended took together. */
  sumSeconds: number
  /** How many have ended, and how many of them took no longer than each bound. */
  ended: number
  readonly cumulative: number[]
}

type Field = Exclude<keyof Counted, 'cumulative'>

/** Nothing is counted yet. */
export const nothingCounted = (): Counted => ({
  ...{ reads: 0, writes: 0, others: 0, readBytes: 0, writtenBytes: 0, tasks: 0, sumSeconds: 0, ended: 0 },
  cumulative: [],
})

/** The commands that write what an initiator sends. */
const WRITES: readonly string[] = ['write', 'write_same', 'compare_and_write']

const FIELDS: Readonly<Record<string, (of: string) => Field | undefined>> = {
  commands: of => (of === 'read' ? 'reads' : WRITES.includes(of) ? 'writes' : 'others'),
  bytes: of => (of === 'read' ? 'readBytes' : WRITES.includes(of) ? 'writtenBytes' : undefined),
  tasks: () => 'tasks',
}

const fieldOf = ({ metric, of }: Cell): Field | undefined =>
  Object.hasOwn(FIELDS, metric) ? FIELDS[metric]?.(of) : undefined

/** What a block of counters says, by what `keyOf` makes of the labels of a row; undefined: the row is left out. */
export function countedIn(
  { cells, labels, rows }: Block,
  keyOf: (labels: Readonly<Record<string, string>>) => string | undefined,
): ReadonlyMap<string, Counted> {
  const fields = cells.map(fieldOf)
  const isDuration = cells.map(({ metric }) => metric === 'duration')
  const all = new Map<string, Counted>()
  for (const row of rows) {
    const key = keyOf(Object.fromEntries(labels.map((label, at) => [label, row.labels[at] ?? ''])))
    if (key === undefined) continue
    const counted = all.get(key) ?? nothingCounted()
    all.set(key, counted)
    addValues(counted, row, fields)
    addDurations(counted, row, isDuration)
  }
  return all
}

function addValues(counted: Counted, { values }: Row, fields: readonly (Field | undefined)[]): void {
  for (let at = 0; at < values.length; at += 2) {
    const field = fields[values[at] ?? -1]
    if (field !== undefined) counted[field] += values[at + 1] ?? 0
  }
}

function addDurations(counted: Counted, { histograms }: Row, isDuration: readonly boolean[]): void {
  for (const [cell = -1, ended = 0, sumSeconds = 0, ...cumulative] of histograms) {
    if (isDuration[cell] !== true) continue
    counted.ended += ended
    counted.sumSeconds += sumSeconds
    for (const [at, count] of cumulative.entries()) counted.cumulative[at] = (counted.cumulative[at] ?? 0) + count
  }
}

/** Of several together. */
export function together(all: Iterable<Counted>): Counted {
  const sum = nothingCounted()
  for (const each of all) {
    for (const field of Object.keys(sum) as (keyof Counted)[]) if (field !== 'cumulative') sum[field] += each[field]
    for (const [at, count] of each.cumulative.entries()) sum.cumulative[at] = (sum.cumulative[at] ?? 0) + count
  }
  return sum
}
