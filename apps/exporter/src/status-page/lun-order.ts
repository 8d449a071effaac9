import { operations } from './load.ts'
import { isWrong, type LunRow } from './lun-row.ts'

/** What LUNs are put in order by. */
interface Column {
  readonly head: string
  /** Undefined: by name. */
  readonly size?: (row: LunRow) => number
  /** The column is one of names: the smaller comes first. */
  readonly text?: (row: LunRow) => string
}

const columns = {
  name: { head: 'LUN', text: ({ name }) => name },
  store: { head: 'Store', text: ({ store }) => store },
  state: { head: 'State', text: ({ state }) => state },
  served: { head: 'Served as', text: ({ mappings: [first] }) => (first === undefined ? '' : first.target) },
  size: { head: 'Size', size: ({ size }) => size },
  iops: { head: 'IOPS', size: ({ load }) => (load === undefined ? 0 : operations(load)) },
  read: { head: 'Read MB/s', size: ({ load }) => load?.readBytes ?? 0 },
  write: { head: 'Write MB/s', size: ({ load }) => load?.writtenBytes ?? 0 },
  mean: { head: 'Mean ms', size: ({ load }) => load?.meanSeconds ?? 0 },
  p99: { head: 'p99 ms', size: ({ load }) => load?.p99Seconds ?? 0 },
  tasks: { head: 'In flight', size: ({ load }) => load?.tasks ?? 0 },
} as const satisfies Readonly<Record<string, Column>>

/** A column of LUNs. */
export type ColumnKey = keyof typeof columns
/** An order of LUNs: by a column, `-` before it the other way round; `wrong`: those that something is wrong with, then by name. */
export type SortKey = 'wrong' | ColumnKey | `-${ColumnKey}`

const natural = new Intl.Collator('en', { numeric: true })
const byName = (one: LunRow, other: LunRow): number => natural.compare(one.lun, other.lun)
const byWrong = (one: LunRow, other: LunRow): number => Number(isWrong(other)) - Number(isWrong(one))

const columnOf = (sort: SortKey): ColumnKey | undefined =>
  sort === 'wrong' ? undefined : (sort.replace(/^-/, '') as ColumnKey)

function byColumn(key: ColumnKey): (one: LunRow, other: LunRow) => number {
  const { size, text }: Column = columns[key]
  if (size !== undefined) return (one, other) => size(one) - size(other)
  return text === undefined ? byName : (one, other) => natural.compare(text(one), text(other))
}

/** The orders that LUNs can be shown in. */
export const LunOrder = {
  first: 'wrong',
  heads: Object.fromEntries(Object.entries(columns).map(([key, { head }]) => [key, head])) as Readonly<
    Record<ColumnKey, string>
  >,
  is: (text: string): text is SortKey => text === 'wrong' || Object.hasOwn(columns, text.replace(/^-/, '')),
  /** How a column is sorted now, in the words of aria-sort. */
  directionOf: (sort: SortKey, column: ColumnKey): 'ascending' | 'descending' | undefined =>
    columnOf(sort) !== column ? undefined : sort.startsWith('-') ? 'descending' : 'ascending',
  /** What a click at the head of a column sorts by: the largest number, or the first name, and then the other way round. */
  next: (sort: SortKey, column: ColumnKey): SortKey => {
    const first: SortKey = 'size' in columns[column] ? `-${column}` : column
    return sort === first ? (first.startsWith('-') ? column : `-${column}`) : first
  },
  /** LUNs in an order; those that are alike by their names. */
  of: (rows: readonly LunRow[], sort: SortKey): readonly LunRow[] => {
    const column = columnOf(sort)
    const compare = column === undefined ? byWrong : byColumn(column)
    const sign = sort.startsWith('-') ? -1 : 1
    return [...rows].sort((one, other) => sign * compare(one, other) || byName(one, other))
  },
} as const
