import { operations } from '../load.ts'
import { type ColumnKey, LunOrder } from '../lun-order.ts'
import { isFound, isWrong, type LunRow, lunRows, mappingPath } from '../lun-row.ts'
import { element, type Markup } from '../markup.ts'
import { capacity, counted, digits, grouped } from '../number-text.ts'
import { type PageQuery, queryText } from '../page-query.ts'
import type { Sample } from '../sample.ts'
import { pagedTable, type TableColumn } from './paged-table.ts'
import { DECIMALS, figure, megabytesFigure, name, unknown } from './words.ts'

type Column = readonly [key: ColumnKey, look: Pick<TableColumn, 'numeric' | 'name'>, cell: (row: LunRow) => Markup]

const NUMERIC = { numeric: true }
const ms = (seconds: number | undefined): Markup =>
  figure(seconds === undefined ? undefined : seconds * 1000, DECIMALS.milliseconds)

const COLUMNS: readonly Column[] = [
  ['name', { name: 'name' }, ({ name: text }) => name(text)],
  ['state', { name: 'health' }, ({ state }) => element('span', { class: `state ${state}` }, state)],
  ['served', { name: 'long' }, served],
  ['store', { name: 'store' }, storeOf],
  ['size', NUMERIC, row => (row.state === 'deactivated' ? unknown() : capacity(row.size))],
  ['iops', NUMERIC, ({ load }) => figure(load === undefined ? undefined : operations(load), DECIMALS.iops)],
  ['tasks', NUMERIC, ({ load }) => figure(load?.tasks, 0)],
  ['read', NUMERIC, ({ load }) => megabytesFigure(load?.readBytes)],
  ['write', NUMERIC, ({ load }) => megabytesFigure(load?.writtenBytes)],
  ['mean', NUMERIC, ({ load }) => ms(load?.meanSeconds)],
  ['p99', NUMERIC, ({ load }) => ms(load?.p99Seconds)],
]

function storeOf({ store, thin }: LunRow): Markup {
  return element('span', {}, name(store), thin ? element('span', { class: 'dim' }, ', thin') : undefined)
}

function served({ mappings }: LunRow): Markup {
  const [first, ...others] = mappings
  if (first === undefined) return element('span', { class: 'dim' }, 'nowhere')
  const more = others.length === 0 ? '' : ` and ${grouped(others.length)} more`
  return element('span', {}, name(mappingPath(first)), more)
}

/** The LUNs that are looked for, and what is done there. */
export function lunsRegion(sample: Sample, query: PageQuery): readonly Markup[] {
  const all = lunRows(sample)
  const found = all.filter(row => isFound(row, query))
  return pagedTable({
    table: 'luns',
    query,
    caption: [captionOf(all, found, sample)],
    columns: COLUMNS.map(([key, look]) => columnOf(key, look, query)),
    rows: LunOrder.of(found, query.sort),
    cells: row => COLUMNS.map(([, , cell]) => cell(row)),
    rowClass: row => (isWrong(row) ? 'wrong' : undefined),
    none: all.length === 0 ? 'There are no LUNs.' : 'No LUN is what you look for.',
  })
}

function captionOf(all: readonly LunRow[], found: readonly LunRow[], { loads }: Sample): string {
  const wrong = all.filter(isWrong).length
  const shown = found.length === all.length ? '' : `${grouped(found.length)} of `
  const measured = loads === undefined ? '' : `; load of the last ${digits(loads.seconds)} s`
  return `${shown}${counted(all.length, 'LUN')}, ${wrong === 0 ? 'none' : grouped(wrong)} with a fault${measured}`
}

function columnOf(key: ColumnKey, look: Column[1], query: PageQuery): TableColumn {
  const head = LunOrder.heads[key]
  const href = `${queryText(query, { sort: LunOrder.next(query.sort, key), pages: { luns: 1 } })}#luns`
  return { head, headMarkup: element('a', { href }, head), sorted: LunOrder.directionOf(query.sort, key), ...look }
}
