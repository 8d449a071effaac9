import { LunOrder } from './lun-order.ts'
import { type Element, element, htmlOf } from './markup.ts'
import type { PageQuery } from './page-query.ts'
import { queryText } from './page-query.ts'
import { healthWord } from './regions/health.ts'
import { type RegionName, regions, type Seen } from './regions/regions.ts'

/** The title of the page: how lunkitd is, where it can be seen among other pages. */
export const titleOf = ({ sample }: Seen): string => `${healthWord(sample)} – lunkitd`

/** The whole page as it is now, which needs no script to be read. */
export function documentOf(seen: Seen, query: PageQuery): string {
  const region = (name: RegionName, attributes: Readonly<Record<string, string>> = {}): Element =>
    element('div', { id: name, ...attributes }, regions[name](seen, query))
  const page = element(
    'html',
    { lang: 'en' },
    headOf(titleOf(seen)),
    element(
      'body',
      {},
      element('a', { class: 'skip', href: '#luns' }, 'to the LUNs'),
      element('header', {}, element('h1', {}, element('a', { href: '?' }, 'lunkit')), controls(query)),
      element(
        'main',
        {},
        section('Health', 'health-head', region('health')),
        section('Load', 'charts-head', region('charts')),
        section(
          element('div', { class: 'head' }, heading('LUNs', 'luns-head'), searchForm(query)),
          'luns-head',
          region('luns'),
        ),
        section('Sessions', 'sessions-head', region('sessions')),
        section('Refused', 'refusals-head', region('refusals')),
      ),
      element(
        'footer',
        {},
        element('a', { href: 'metrics' }, 'metrics'),
        ' for Prometheus. ',
        'All of this can be read only; ',
        'lunkit(1) changes it.',
      ),
    ),
  )
  return `<!doctype html>\n${htmlOf(page)}\n`
}

const headOf = (title: string): Element =>
  element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, title),
    element('link', { rel: 'icon', href: 'status.svg', type: 'image/svg+xml' }),
    element('link', { rel: 'stylesheet', href: 'status.css' }),
    element('script', { src: 'status.js', type: 'module' }),
  )

const heading = (title: string, id: string): Element => element('h2', { id }, title)

const section = (head: Element | string, id: string, region: Element): Element =>
  element('section', { 'aria-labelledby': id }, typeof head === 'string' ? heading(head, id) : head, region)

/** Whether the page follows lunkitd; without a script it is asked anew by a link. */
const controls = (query: PageQuery): Element =>
  element(
    'div',
    { class: 'controls' },
    element('noscript', {}, element('a', { href: queryText(query) }, 'look again')),
    element('span', { id: 'live', role: 'status' }),
    element('button', { id: 'pause', type: 'button', hidden: '' }, 'Pause'),
  )

const STATES = {
  '': 'all states',
  wrong: 'with a fault',
  ready: 'ready',
  readonly: 'readonly',
  faulted: 'faulted',
  deactivated: 'deactivated',
} as const

function searchForm({ find, state, sort }: PageQuery): Element {
  const orders = Object.entries(LunOrder.heads).flatMap(([key, head]) => [
    [key, `${head}, rising`],
    [`-${key}`, `${head}, falling`],
  ])
  return element(
    'form',
    { action: '#luns', method: 'get', role: 'search' },
    element('label', { for: 'find' }, 'Find'),
    element('input', {
      id: 'find',
      name: 'find',
      type: 'search',
      value: find,
      maxlength: '256',
      placeholder: 'LUN, serial, target, initiator, address',
    }),
    element('label', { for: 'state' }, 'State'),
    choice('state', Object.entries(STATES), state),
    element('label', { for: 'sort', class: 'narrow' }, 'Order'),
    choice('sort', [['wrong', 'faults first'], ...orders], sort),
    element('button', { type: 'submit' }, 'Show'),
    find === '' && state === '' ? undefined : element('a', { href: '?#luns' }, 'all'),
  )
}

const choice = (name: string, options: readonly (readonly string[])[], chosen: string): Element =>
  element(
    'select',
    { id: name, name },
    options.map(([value = '', words = '']) =>
      element('option', { value, ...(value === chosen && { selected: '' }) }, words),
    ),
  )
