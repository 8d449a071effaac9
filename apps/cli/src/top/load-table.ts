import type { Load, Loads, NexusLoad } from './load.ts'

/** A column of the table: what it says of a load, and the key that has rows in its order. */
interface Column {
  readonly key: string
  readonly head: string
  readonly text: (load: NexusLoad) => string
  /** The larger comes first; a column without it is in the order of its text. */
  readonly size?: (load: NexusLoad) => number
}

const MEGABYTE = 1_000_000

/** Three digits or more, and no digit that nobody needs: 0.052, 1.24, 12.4, 1240. */
function digits(value: number): string {
  if (value === 0) return '0'
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3)
}

const milliseconds = (seconds: number): string => digits(seconds * 1000)
const megabytes = (bytes: number): string => digits(bytes / MEGABYTE)

/** Every column; the first two are names, which are cut where there is no room for them. */
const COLUMNS = [
  { key: 'u', head: 'unit', text: ({ unit }) => unit },
  { key: 'n', head: 'initiator', text: ({ initiator }) => initiator },
  { key: 'i', head: 'IOPS', text: ({ commands }) => digits(commands), size: ({ commands }) => commands },
  { key: 'r', head: 'rMB/s', text: ({ readBytes }) => megabytes(readBytes), size: ({ readBytes }) => readBytes },
  {
    key: 'w',
    head: 'wMB/s',
    text: ({ writtenBytes }) => megabytes(writtenBytes),
    size: ({ writtenBytes }) => writtenBytes,
  },
  {
    key: 'm',
    head: 'mean ms',
    text: ({ meanSeconds }) => milliseconds(meanSeconds),
    size: ({ meanSeconds }) => meanSeconds,
  },
  {
    key: 'p',
    head: 'p99 ms',
    text: ({ p99Seconds }) => milliseconds(p99Seconds),
    size: ({ p99Seconds }) => p99Seconds,
  },
  { key: 'd', head: 'depth', text: ({ depth }) => String(depth), size: ({ depth }) => depth },
] as const satisfies readonly Column[]

const columns: readonly Column[] = COLUMNS
const NAMES = 2

/** The heads of the columns by the keys that have rows in their order. */
export const orders: ReadonlyMap<string, string> = new Map(columns.map(({ key, head }) => [key, head]))
/** The order in which rows are where nobody has said. */
export const FIRST_ORDER = 'i'

const compared = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const nameOf = ({ unit, initiator, target, tpg }: NexusLoad): string => [unit, initiator, target, tpg].join('\n')

/** Loads in the order of a column; those that are as large, by their names. */
export function ordered(loads: readonly NexusLoad[], key: string): readonly NexusLoad[] {
  const column = columns.find(each => each.key === key)
  const { size, text = nameOf } = column ?? {}
  return [...loads].sort(
    (one, other) =>
      (size === undefined ? compared(text(one), text(other)) : size(other) - size(one)) ||
      compared(nameOf(one), nameOf(other)),
  )
}

/** A name in so many columns: where it is too long, its end, which tells it from others. */
function cut(name: string, width: number): string {
  if (name.length <= width) return name
  return width <= '...'.length ? name.slice(0, width) : `...${name.slice('...'.length - width)}`
}

/** How wide the names may be in what numbers leave of a line; the unit's is the shorter one. */
function nameWidths([unit = 0, initiator = 0]: readonly number[], room: number): readonly number[] {
  const forUnit = Math.max(0, Math.min(unit, Math.max(room - initiator, Math.floor(room * 0.4))))
  return [forUnit, Math.max(0, Math.min(initiator, room - forUnit))]
}

const GAP = '  '

/** The table of loads, as wide as that at the most where names can be cut for it: its head, then a line for each load. */
export function tableOf(loads: readonly NexusLoad[], width: number): readonly string[] {
  const cells = [columns.map(({ head }) => head), ...loads.map(load => columns.map(({ text }) => text(load)))]
  const natural = columns.map((_column, at) => Math.max(...cells.map(row => row[at]?.length ?? 0)))
  const numbers = natural.slice(NAMES).reduce((sum, each) => sum + GAP.length + each, 0)
  const names = nameWidths(natural, width - numbers - GAP.length)
  const widths = [...names, ...natural.slice(NAMES)]
  return cells.map(row =>
    row
      .map((cell, at) =>
        at < NAMES ? cut(cell, widths[at] ?? 0).padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join(GAP),
  )
}

/** All loads together, in a line. */
export function totalOf({ nexuses, all }: Loads): string {
  const { commands, readBytes, writtenBytes, meanSeconds, p99Seconds, depth }: Load = all
  return [
    `${nexuses.length} in all: ${digits(commands)} IOPS`,
    `${megabytes(readBytes)} rMB/s`,
    `${megabytes(writtenBytes)} wMB/s`,
    `mean ${milliseconds(meanSeconds)} ms`,
    `p99 ${milliseconds(p99Seconds)} ms`,
    `depth ${depth}`,
  ].join(', ')
}
