import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { fabricModuleKind, ISCSI_FABRIC } from '../saveconfig.ts'
import { describe, own } from '../schema/kind.ts'
import { discoveryRefusal } from './authentication.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'

const UNREADABLE = 'its settings cannot be read'

/** Why discovery sessions are refused, by the settings of the fabrics; undefined: they are not. */
export function planDiscovery(fabrics: Json | undefined, notices: Notices): string | undefined {
  if (fabrics === undefined || fabrics === null) return undefined
  if (!Array.isArray(fabrics)) {
    const so = 'discovery sessions are refused'
    notices.wrong(['fabric_modules'], { wrong: `is ${describe(fabrics)}`, right: 'a list of fabrics', so })
    return UNREADABLE
  }
  const refusals = (fabrics as readonly Json[]).map((fabric, index) => judge(fabric, index, notices))
  return refusals.find(refusal => refusal !== undefined)
}

function judge(fabric: Json, index: number, notices: Notices): string | undefined {
  const path = ['fabric_modules', index]
  const name = isJsonObject(fabric) ? own(fabric, 'name') : undefined
  if (typeof name === 'string' && name !== ISCSI_FABRIC) {
    notices.add(NoticeKind.kept, `settings of the fabric ${name} are not used yet`, path)
    return undefined
  }
  // Without a name that can be read it may be the one of iSCSI.
  const read = fabricModuleKind.read(fabric, { path, notes: notices })
  const refused = read === undefined ? UNREADABLE : discoveryRefusal(read)
  if (refused !== undefined) notices.add(NoticeKind.refused, `discovery sessions are refused: ${refused}`, path)
  return refused
}
