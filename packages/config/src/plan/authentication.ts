import type { JsonPath } from '../json/path.ts'
import { isJsonObject } from '../json/value.ts'
import type { FabricModule, NodeAcl, Tpg } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'
import type { AclSettings, TpgSettings } from '../tables/access-attributes.ts'
import { INHERIT_AUTHENTICATION } from '../tables/access-attributes.ts'
import type { ParameterSettings } from '../tables/tpg-parameters.ts'
import type { FoundCredentials } from './credentials.ts'
import { type LoginPlan, OPEN } from './login-plan.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { OwnLogin } from './own-login.ts'

/** What a TPG asks of logins. */
export interface LoginRules {
  readonly authentication: boolean
  /** Whether `authentication` is LIO's default, which nobody has set. */
  readonly byDefault: boolean
  /** Its parameters demand CHAP, or may have done. */
  readonly demandsChap: boolean
}

/** What a TPG asks of logins. */
export function loginRules(
  tpg: Tpg,
  settings: Pick<TpgSettings, 'authentication'> & Pick<ParameterSettings, 'demandsChap'>,
): LoginRules {
  // Parameters that cannot be read may well have demanded CHAP.
  const demandsChap = settings.demandsChap || (tpg.parameters !== undefined && !isJsonObject(tpg.parameters))
  const { attributes } = tpg
  const byDefault = !isJsonObject(attributes) || own(attributes, 'authentication') === undefined
  return { authentication: settings.authentication, byDefault, demandsChap }
}

/** By what CHAP is demanded, in words; undefined: it is not. */
type Demand = string | undefined

/** What a TPG demands of those who have no ACL, and of those whose ACL leaves it to the TPG. */
function demandOf({ authentication, byDefault, demandsChap }: LoginRules): Demand {
  if (authentication) return `authentication=1${byDefault ? ', the default' : ''}`
  return demandsChap ? 'AuthMethod without None' : undefined
}

function demandOfAcl(rules: LoginRules, { authentication: own }: Pick<AclSettings, 'authentication'>): Demand {
  if (own === INHERIT_AUTHENTICATION) return demandOf(rules)
  if (own !== 0) return 'authentication=1 of the ACL'
  // Where the TPG demands CHAP, LIO itself takes None off its list; an ACL may then still do without.
  return !rules.authentication && rules.demandsChap ? 'AuthMethod without None' : undefined
}

/** How initiators log in that an access rule lets in: by the rule's credentials, as with an ACL. */
export const ruleLogin = (rules: LoginRules, { settings, found }: Pick<ReadAcl, 'settings' | 'found'>): LoginPlan =>
  loginBy(demandOfAcl(rules, settings), found)

/** How initiators without an ACL log in, where they may: by the TPG's own credentials. */
export const demoLogin = (rules: LoginRules, ofTpg: FoundCredentials): LoginPlan => loginBy(demandOf(rules), ofTpg)

/** An ACL as it is in a file, and what was read of it. */
interface ReadAcl {
  readonly acl: NodeAcl
  readonly settings: Pick<AclSettings, 'authentication'>
  readonly found: FoundCredentials
}

/** How the initiator of an ACL logs in: by the ACL's credentials, and never by its TPG's. */
export function aclLogin(rules: LoginRules, { acl: { attributes }, settings, found }: ReadAcl): LoginPlan {
  if (attributes !== undefined && !isJsonObject(attributes))
    return { proof: OPEN, refused: 'the attributes of the ACL cannot be read' }
  return loginBy(demandOfAcl(rules, settings), found)
}

/**
 * How discovery sessions log in. LIO writes this object only while discovery authentication is on, and a file written
 * after its manual page has credentials and no switch: both mean that it is wanted.
 */
export function discoveryLogin({ discovery_enable_auth: enabled }: FabricModule, found: FoundCredentials): LoginPlan {
  if (enabled === true) return loginBy('discovery_enable_auth', found)
  return loginBy(enabled === undefined && found.given ? 'credentials for discovery are given' : undefined, found)
}

/** LIO refuses every login where CHAP is demanded and there is nothing to ask for. */
function loginBy(demand: Demand, { whole: credentials, unreadable }: FoundCredentials): LoginPlan {
  const proof = { required: demand !== undefined, credentials }
  if (demand !== undefined && credentials?.mutualRequired === true && credentials.mutual === undefined)
    return {
      proof,
      refused: `CHAP is demanded both ways, and the target has no mutual user ID with a password (${demand})`,
    }
  if (demand === undefined || credentials) return { proof, refused: undefined }
  const lack = unreadable ? 'the credentials cannot be read' : 'no user ID with a password is set'
  return { proof, refused: `CHAP is demanded, and ${lack} (${demand})` }
}

/** Says where it may be thought that mutual CHAP is demanded, and nothing demands CHAP. */
export function noteMutual({ proof }: LoginPlan, { mutualRequired }: OwnLogin, at: NoticePlace): void {
  if (mutualRequired !== true || proof.required) return
  const text = 'require_mutual_chap is set, and nothing demands CHAP: who offers none is asked for nothing'
  at.notices.add(NoticeKind.weak, text, at.path)
}

interface NoticePlace {
  readonly path: JsonPath
  readonly notices: Notices
}

/** Says what is wrong with credentials, and what is weak; never what they are. */
export function noteCredentials({ concerns }: FoundCredentials, path: JsonPath, notices: Notices): void {
  for (const text of concerns) notices.add(NoticeKind.weak, text, path)
}
