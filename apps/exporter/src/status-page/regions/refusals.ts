import { element, type Markup } from '../markup.ts'
import { counted, grouped } from '../number-text.ts'
import type { PageQuery } from '../page-query.ts'
import type { Reading } from '../reading.ts'
import type { Sample } from '../sample.ts'
import { pagedTable } from './paged-table.ts'
import { name, time, unknown } from './words.ts'

type Refusal = Reading['refusals'][number]

const isFound = ({ remote, initiator, target, reason, cause, status }: Refusal, wanted: string): boolean =>
  [remote, initiator ?? '', target ?? '', reason, cause, status ?? ''].some(text => text.toLowerCase().includes(wanted))

const orNone = (text: string | null): Markup =>
  text === null ? element('span', { class: 'dim' }, 'not said') : name(text)

/** Who was turned away, why, and what to do: the newest first. */
export function refusalsRegion({ reading, at }: Sample, query: PageQuery): readonly Markup[] {
  const refusals = reading?.refusals ?? []
  const found = refusals.filter(refusal => isFound(refusal, query.find.toLowerCase()))
  const isAll = found.length === refusals.length
  return pagedTable({
    table: 'refusals',
    query,
    caption: [`${isAll ? '' : `${grouped(found.length)} of `}${counted(refusals.length, 'refusal')}, the newest first`],
    columns: [
      { head: 'At (UTC)', name: 'at' },
      { head: 'Why' },
      { head: 'What to do' },
      { head: 'Times', numeric: true },
      { head: 'Status' },
      { head: 'From', name: 'address' },
      { head: 'Initiator', name: 'long' },
      { head: 'Target', name: 'long' },
    ],
    rows: found,
    cells: refusal => [
      time(refusal.at, at),
      name(refusal.reason),
      name(refusal.remedy),
      grouped(refusal.times),
      refusal.status === null ? unknown() : name(refusal.status),
      name(refusal.remote),
      orNone(refusal.initiator),
      orNone(refusal.target),
    ],
    none: refusals.length === 0 ? 'Nobody was turned away.' : 'No refusal is what you look for.',
  })
}
