import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { fabricModuleKind, ISCSI_FABRIC } from '../saveconfig.ts'
import { describe, own } from '../schema/kind.ts'
import { discoveryLogin, noteCredentials, noteMutual } from './authentication.ts'
import { credentialsOf } from './credentials.ts'
import { FREE, type LoginPlan, OPEN } from './login-plan.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import { NO_OWN_LOGIN, type OwnLogin } from './own-login.ts'

const UNREADABLE: LoginPlan = { proof: OPEN, refused: 'its settings cannot be read' }

/** How discovery sessions log in, by the settings of the fabrics and lunkit's own. */
export function planDiscovery(
  fabrics: Json | undefined,
  { notices, own: ownSettings }: { readonly notices: Notices; readonly own: OwnLogin },
): LoginPlan {
  if (fabrics === undefined || fabrics === null) return free(ownSettings, notices)
  if (!Array.isArray(fabrics)) {
    const so = 'discovery sessions are refused'
    notices.wrong(['fabric_modules'], { wrong: `is ${describe(fabrics)}`, right: 'a list of fabrics', so })
    return UNREADABLE
  }
  const logins = (fabrics as readonly Json[]).flatMap(
    (fabric, index) => judge(fabric, index, { notices, own: ownSettings }) ?? [],
  )
  // Where the fabric is there twice the one that demands more holds.
  return (
    logins.find(({ refused }) => refused !== undefined) ??
    logins.find(({ proof }) => proof.required) ??
    logins[0] ??
    free(ownSettings, notices)
  )
}

/** Discovery asks for nothing, whatever is said of how it would. */
function free(ownSettings: OwnLogin, notices: Notices): LoginPlan {
  const text = 'discovery asks for no credentials, and how it would do that is kept'
  if (ownSettings !== NO_OWN_LOGIN) notices.add(NoticeKind.unused, text, ['lunkit', 'discovery'])
  return FREE
}

function judge(
  fabric: Json,
  index: number,
  { notices, own: ownSettings }: { readonly notices: Notices; readonly own: OwnLogin },
): LoginPlan | undefined {
  const path = ['fabric_modules', index]
  const name = isJsonObject(fabric) ? own(fabric, 'name') : undefined
  if (typeof name === 'string' && name !== ISCSI_FABRIC) {
    notices.add(NoticeKind.kept, `settings of the fabric ${name} are not used yet`, path)
    return undefined
  }
  // Without a name that can be read it may be the one of iSCSI.
  const read = fabricModuleKind.read(fabric, { path, notes: notices })
  const found = read && credentialsOf(read, ownSettings)
  const login = read && found ? discoveryLogin(read, found) : UNREADABLE
  const { refused } = login
  if (found) noteCredentials(found, path, notices)
  if (refused === undefined) noteMutual(login, ownSettings, { path, notices })
  if (refused !== undefined) notices.add(NoticeKind.refused, `discovery sessions are refused: ${refused}`, path)
  return login
}
