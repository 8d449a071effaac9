import { content, type Element, element, type Markup } from '../markup.ts'
import { counted, grouped, span } from '../number-text.ts'
import type { PageQuery } from '../page-query.ts'
import type { Reading } from '../reading.ts'
import type { Sample } from '../sample.ts'
import { shownText } from '../shown-text.ts'
import { pagedTable } from './paged-table.ts'
import { name, time } from './words.ts'

type Status = Reading['status']

/** What is said of how lunkitd is, beside its colour. */
const MEANINGS: Readonly<Record<Status['health'], string>> = {
  ok: 'lunkitd serves all that it should',
  degraded: 'lunkitd serves, and something is wrong',
  failed: 'lunkitd serves nothing of what it should',
}

/** How lunkitd is, in a word: for the title of the page too. */
export const healthWord = ({ away, reading }: Sample): string =>
  away !== undefined || reading === undefined ? 'away' : reading.status.health

/** How lunkitd is, what is wrong, and what to do. */
export function healthRegion(sample: Sample, query: PageQuery): readonly Markup[] {
  const { away, reading } = sample
  return content(
    headline(sample),
    away === undefined ? undefined : awayMarkup(away, sample),
    reading === undefined ? undefined : factsOf(reading, sample),
    reading === undefined ? undefined : troublesOf(reading.status, query),
  )
}

function headline(sample: Sample): Element {
  const word = healthWord(sample)
  const meaning = MEANINGS[word as Status['health']] ?? 'lunkitd does not answer'
  return element(
    'p',
    { class: `health ${word}`, role: 'status' },
    element('strong', {}, word),
    element('span', {}, meaning),
  )
}

function awayMarkup(away: string, { readAt, at }: Sample): Element {
  return element(
    'div',
    { class: 'away' },
    element('p', {}, 'It says: ', name(away)),
    element('p', {}, 'Start it, or see why it has ended: its log says. This page finds it again by itself.'),
    readAt === undefined
      ? undefined
      : element('p', {}, 'What is below is what it said at ', time(readAt.toISOString(), at), ' UTC.'),
  )
}

function factsOf({ status, inventory }: Reading, { at }: Sample): Element {
  const { version, pid, since, configuration, counts } = status
  const upSeconds = Math.max(0, (at.getTime() - Date.parse(since)) / 1000)
  const saved = configuration.unsaved ? 'changes not saved' : 'saved'
  const facts: readonly (readonly [string, readonly Markup[]])[] = [
    ['lunkitd', [`${shownText(version)}, Node ${shownText(inventory.node.replace(/^v/, ''))}, process ${pid}`]],
    ['up for', [element('time', { datetime: since, title: `since ${since}` }, span(upSeconds))]],
    ['configuration', [configuration.path === null ? 'none' : name(configuration.path), `, ${saved}`]],
    [
      'serves',
      [
        [
          counted(counts.storageObjects, 'storage object'),
          counted(counts.targets, 'target'),
          counted(counts.portals, 'portal'),
          counted(counts.luns, 'LUN'),
          counted(counts.sessions, 'session'),
        ].join(', '),
      ],
    ],
  ]
  return element(
    'dl',
    { class: 'facts' },
    facts.map(([what, said]) => element('div', {}, element('dt', {}, what), element('dd', {}, ...said))),
  )
}

function troublesOf({ health, troubles }: Status, query: PageQuery): readonly Markup[] {
  if (troubles.length === 0) return []
  return pagedTable({
    table: 'troubles',
    query,
    caption: [health === 'ok' ? 'What could be better' : 'What is wrong', `: ${grouped(troubles.length)}`],
    columns: [{ head: 'Where', name: 'long' }, { head: 'What is wrong' }, { head: 'What to do' }],
    rows: troubles,
    cells: ({ path, wrong, remedy }) => [name(path === '' ? 'lunkitd' : path), name(wrong), name(remedy)],
    none: '',
  })
}
