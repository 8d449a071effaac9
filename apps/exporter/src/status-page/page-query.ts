import { LunOrder, type SortKey } from './lun-order.ts'

/** The tables that have pages of their own. */
export type Paged = 'troubles' | 'luns' | 'sessions' | 'refusals'

/** What somebody wants to see: all of it stands in the address of the page. */
export interface PageQuery {
  /** What is looked for in names and addresses; empty: all. */
  readonly find: string
  /** The states of LUNs that are shown; empty: all. */
  readonly state: string
  readonly sort: SortKey
  /** Which page of each table, from 1. */
  readonly pages: Readonly<Record<Paged, number>>
}

const MOST_FIND = 256
const MOST_PAGE = 1_000_000
const STATES = ['ready', 'readonly', 'faulted', 'deactivated', 'wrong'] as const

/** What the query of an address asks for; what is none of it is left out. */
export function readQuery(search: string): PageQuery {
  const given = new URLSearchParams(search)
  const state = given.get('state') ?? ''
  const sort = given.get('sort') ?? ''
  const page = (table: Paged): number => {
    const text = given.get(table) ?? ''
    return /^[1-9]\d{0,6}$/.test(text) ? Math.min(MOST_PAGE, Number(text)) : 1
  }
  return {
    find: (given.get('find') ?? '').slice(0, MOST_FIND).trim(),
    state: (STATES as readonly string[]).includes(state) ? state : '',
    sort: LunOrder.is(sort) ? sort : LunOrder.first,
    pages: { troubles: page('troubles'), luns: page('luns'), sessions: page('sessions'), refusals: page('refusals') },
  }
}

/** What of a query is another one. */
interface Change extends Partial<Omit<PageQuery, 'pages'>> {
  readonly pages?: Partial<PageQuery['pages']>
}

/** The query of an address that asks for the same but for what is changed; `?` where all is as it is from the first. */
export function queryText(query: PageQuery, { pages, ...change }: Change = {}): string {
  const { find, state, sort } = { ...query, ...change }
  const given = new URLSearchParams()
  if (find !== '') given.set('find', find)
  if (state !== '') given.set('state', state)
  if (sort !== LunOrder.first) given.set('sort', sort)
  for (const [table, page] of Object.entries({ ...query.pages, ...pages })) if (page > 1) given.set(table, String(page))
  return `?${given.toString()}`
}
