import { operations } from '../load.ts'
import { content, element, type Markup } from '../markup.ts'
import { counted, grouped } from '../number-text.ts'
import type { PageQuery } from '../page-query.ts'
import { initiatorKey, type Reading, sessionKey } from '../reading.ts'
import type { Sample } from '../sample.ts'
import { pagedTable } from './paged-table.ts'
import { DECIMALS, figure, megabytesFigure, name, time, unknown } from './words.ts'

type Session = Reading['inventory']['sessions'][number]

const isFound = ({ target, initiator, address, alias }: Session, wanted: string): boolean =>
  [target, initiator, address, alias].some(text => text.toLowerCase().includes(wanted))

/** Who is logged in, and what they do. */
export function sessionsRegion(sample: Sample, query: PageQuery): readonly Markup[] {
  const { sessions = [], sessionsLeftOut = 0 } = sample.reading?.inventory ?? {}
  const found = sessions.filter(session => isFound(session, query.find.toLowerCase()))
  const isAll = found.length === sessions.length
  const more = sessionsLeftOut === 0 ? '' : `, and ${grouped(sessionsLeftOut)} more: lunkit sessions`
  return pagedTable({
    table: 'sessions',
    query,
    caption: [
      `${isAll ? '' : `${grouped(found.length)} of `}${counted(sessions.length, 'session')}${more}; load of the initiator at that target`,
    ],
    columns: [
      { head: 'Initiator', name: 'long' },
      { head: 'Target', name: 'long' },
      { head: 'From', name: 'address' },
      { head: 'Since (UTC)', name: 'since' },
      { head: 'IOPS', numeric: true },
      { head: 'Read MB/s', numeric: true },
      { head: 'Write MB/s', numeric: true },
    ],
    rows: found,
    cells: session => cellsOf(session, sample),
    none: sessions.length === 0 ? 'Nobody is logged in.' : 'No session is what you look for.',
  })
}

function cellsOf(session: Session, { reading, loads, at }: Sample): readonly (Markup | readonly Markup[])[] {
  const { initiator, target, address, alias } = session
  const load = loads?.initiators.get(initiatorKey(session))
  const since = reading?.since.get(sessionKey(session))
  return [
    content(name(initiator), alias === '' ? undefined : name(alias, { class: 'alias' })),
    target === '' ? element('span', { class: 'dim' }, 'discovery') : name(target),
    name(address),
    since === undefined ? unknown() : time(since, at),
    figure(load === undefined ? undefined : operations(load), DECIMALS.iops),
    megabytesFigure(load?.readBytes),
    megabytesFigure(load?.writtenBytes),
  ]
}
