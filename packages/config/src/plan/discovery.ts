import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { fabricModuleKind, ISCSI_FABRIC } from '../saveconfig.ts'
import { describe, own } from '../schema/kind.ts'
import { discoveryLogin, noteCredentials } from './authentication.ts'
import { credentialsOf } from './credentials.ts'
import { FREE, type LoginPlan, OPEN } from './login-plan.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'

const UNREADABLE: LoginPlan = { proof: OPEN, refused: 'its settings cannot be read' }

/** How discovery sessions log in, by the settings of the fabrics. */
export function planDiscovery(fabrics: Json | undefined, notices: Notices): LoginPlan {
  if (fabrics === undefined || fabrics === null) return FREE
  if (!Array.isArray(fabrics)) {
    const so = 'discovery sessions are refused'
    notices.wrong(['fabric_modules'], { wrong: `is ${describe(fabrics)}`, right: 'a list of fabrics', so })
    return UNREADABLE
  }
  const logins = (fabrics as readonly Json[]).flatMap((fabric, index) => judge(fabric, index, notices) ?? [])
  // Where the fabric is there twice the one that demands more holds.
  return (
    logins.find(({ refused }) => refused !== undefined) ??
    logins.find(({ proof }) => proof.required) ??
    logins[0] ??
    FREE
  )
}

function judge(fabric: Json, index: number, notices: Notices): LoginPlan | undefined {
  const path = ['fabric_modules', index]
  const name = isJsonObject(fabric) ? own(fabric, 'name') : undefined
  if (typeof name === 'string' && name !== ISCSI_FABRIC) {
    notices.add(NoticeKind.kept, `settings of the fabric ${name} are not used yet`, path)
    return undefined
  }
  // Without a name that can be read it may be the one of iSCSI.
  const read = fabricModuleKind.read(fabric, { path, notes: notices })
  const found = read && credentialsOf(read)
  const login = read && found ? discoveryLogin(read, found) : UNREADABLE
  const { refused } = login
  if (found) noteCredentials(found, path, notices)
  if (refused !== undefined) notices.add(NoticeKind.refused, `discovery sessions are refused: ${refused}`, path)
  return login
}
