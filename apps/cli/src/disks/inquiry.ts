import type { Session } from '@lunkit/initiator'
import type { Context, Reply } from '../commands/command.ts'
import { columns } from '../commands/table-text.ts'
import type { LoginGiven } from './at-target.ts'
import { atTarget, dataOf, loggedIn } from './at-target.ts'
import { bytesText } from './quantity.ts'
import type { TargetPlace } from './target-place.ts'
import { targetAt, urlOf } from './target-place.ts'
import type { UnitFacts } from './unit-facts.ts'
import { unitFacts } from './unit-facts.ts'
import { deviceTypeText, unitLines, unitRecord } from './unit-words.ts'

function unitRow(facts: UnitFacts, place: TargetPlace): readonly string[] {
  const { lun, inquiry, serial, capacity } = facts
  return [
    String(lun),
    deviceTypeText(facts),
    inquiry.vendor.trim(),
    inquiry.product.trim(),
    serial ?? '-',
    capacity === undefined ? '-' : bytesText(capacity.blocks * capacity.blockSizeBytes),
    urlOf({ ...place, lun }),
  ]
}

/** All units of a target that this initiator sees, by REPORT LUNS. */
async function allUnits(session: Session, place: TargetPlace, signal: AbortSignal): Promise<Reply> {
  const luns = await session.lun(0).reportLuns(0, { signal })
  const found: UnitFacts[] = []
  for (const lun of luns) found.push(await unitFacts(session.lun(lun), { signal }))
  const heads = ['LUN', 'is a', 'vendor', 'product', 'serial number', 'size', 'URL']
  const rows = found.map(facts => unitRow(facts, place))
  return {
    lines: rows.length === 0 ? ['The target has no LUN for this initiator.'] : columns(heads, rows),
    data: { url: urlOf(place), luns: found.map(unitRecord) },
  }
}

/** `inquiry`: what a LUN says of itself, or, without one, which there are. */
export async function inquired(context: Context, given: LoginGiven & { readonly url: string }): Promise<Reply> {
  const around = dataOf(context)
  const place = targetAt(given.url, around)
  const signal = around.interrupted()
  return atTarget(await loggedIn(place, given, signal), signal, async session => {
    const { lun } = place
    if (lun === undefined) return allUnits(session, place, signal)
    const facts = await unitFacts(session.lun(lun), { signal })
    return { lines: unitLines(facts), data: { url: urlOf(place), ...unitRecord(facts) } }
  })
}
