import { content, type Element, element, type Markup } from '../markup.ts'
import { grouped } from '../number-text.ts'
import { type Paged, type PageQuery, queryText } from '../page-query.ts'

/** A column of a table. */
export interface TableColumn {
  readonly head: string
  /** What is in its head beside that; the head alone where it is left out. */
  readonly headMarkup?: Markup
  /** Numbers stand below each other. */
  readonly numeric?: boolean
  /** A name that the style knows it by. */
  readonly name?: string
  readonly sorted?: 'ascending' | 'descending' | undefined
}

/** A table of which a page is shown. */
export interface TableContent<R> {
  readonly table: Paged
  readonly caption: readonly Markup[]
  readonly columns: readonly TableColumn[]
  readonly rows: readonly R[]
  /** What is in each column; the first is the head of the row. */
  readonly cells: (row: R) => readonly (Markup | readonly Markup[])[]
  readonly rowClass?: (row: R) => string | undefined
  /** What is said where there is no row. */
  readonly none: string
  readonly query: PageQuery
}

/** So many rows has a page. */
const ROWS_A_PAGE: Readonly<Record<Paged, number>> = { troubles: 10, luns: 50, sessions: 25, refusals: 25 }

/** Where a page begins and ends, of so many rows. */
function pageOf(count: number, table: Paged, wanted: number) {
  const size = ROWS_A_PAGE[table]
  const pages = Math.max(1, Math.ceil(count / size))
  const page = Math.min(wanted, pages)
  return { page, pages, from: (page - 1) * size, to: Math.min(count, page * size) }
}

/** A page of a table, and the way to the others. Roles are said in so many words, since on a phone a row is laid out as a card. */
export function pagedTable<R>(given: TableContent<R>): readonly Markup[] {
  const { table, caption, columns, rows, none, query } = given
  const { page, pages, from, to } = pageOf(rows.length, table, query.pages[table])
  if (rows.length === 0) return content(element('p', { class: 'none' }, none))
  const shown = rows.slice(from, to).map(row => rowMarkup(given, row))
  return content(
    element(
      'table',
      { class: table, role: 'table' },
      element('caption', {}, caption),
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, columns.map(headMarkup))),
      element('tbody', { role: 'rowgroup' }, shown),
    ),
    pages > 1
      ? pager({ table, page, pages, range: `${grouped(from + 1)}–${grouped(to)} of ${grouped(rows.length)}`, query })
      : undefined,
  )
}

const classes = ({ numeric, name }: TableColumn): { readonly class?: string } => {
  const all = [numeric === true ? 'n' : '', name ?? ''].filter(each => each !== '')
  return all.length === 0 ? {} : { class: all.join(' ') }
}

function headMarkup(column: TableColumn): Element {
  const { head, headMarkup: inside = head, sorted } = column
  const sort = sorted === undefined ? {} : { 'aria-sort': sorted }
  return element('th', { scope: 'col', role: 'columnheader', ...classes(column), ...sort }, inside)
}

function rowMarkup<R>({ columns, cells, rowClass }: TableContent<R>, row: R): Element {
  const name = rowClass?.(row)
  const inside = cells(row).map((cell, at) => {
    const column = columns[at] ?? { head: '' }
    const role = at === 0 ? { scope: 'row', role: 'rowheader' } : { role: 'cell', 'data-head': column.head }
    return element(at === 0 ? 'th' : 'td', { ...role, ...classes(column) }, cell)
  })
  return element('tr', { role: 'row', ...(name !== undefined && { class: name }) }, inside)
}

interface Pager {
  readonly table: Paged
  readonly page: number
  readonly pages: number
  readonly range: string
  readonly query: PageQuery
}

function pager({ table, page, pages, range, query }: Pager): Element {
  const to = (words: string, wanted: number, rel: string): Element =>
    wanted < 1 || wanted > pages
      ? element('span', { class: 'off' }, words)
      : element('a', { href: `${queryText(query, { pages: { [table]: wanted } })}#${table}`, rel }, words)
  return element(
    'nav',
    { class: 'pager', 'aria-label': `pages of ${table}` },
    element('span', {}, range),
    to('first', page === 1 ? 0 : 1, 'first'),
    to('previous', page - 1, 'prev'),
    to('next', page + 1, 'next'),
    to('last', page === pages ? 0 : pages, 'last'),
  )
}
