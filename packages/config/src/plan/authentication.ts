import { isJsonObject } from '../json/value.ts'
import type { FabricModule, NodeAcl, Tpg } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'
import type { AclSettings, TpgSettings } from '../tables/access-attributes.ts'
import { INHERIT_AUTHENTICATION } from '../tables/access-attributes.ts'
import type { ParameterSettings } from '../tables/tpg-parameters.ts'

const NOT_BUILT = 'CHAP is demanded, which is not built yet'

/** What a TPG asks of logins. */
export interface LoginRules {
  /** Why an initiator without an ACL cannot log in, where such initiators are let in. */
  readonly demoRefused: string | undefined
  readonly authentication: boolean
  /** Its parameters demand CHAP, or may have done. */
  readonly demandsChap: boolean
}

/** What a TPG asks of logins. */
export function loginRules(
  tpg: Tpg,
  settings: Pick<TpgSettings, 'authentication'> & Pick<ParameterSettings, 'demandsChap'>,
): LoginRules {
  const { authentication } = settings
  // Parameters that cannot be read may well have demanded CHAP.
  const demandsChap = settings.demandsChap || (tpg.parameters !== undefined && !isJsonObject(tpg.parameters))
  const byMethod = demandsChap ? `${NOT_BUILT} (AuthMethod without None)` : undefined
  const byAttribute = `${NOT_BUILT} (authentication=1${isDefault(tpg) ? ', the default' : ''})`
  return { demoRefused: authentication ? byAttribute : byMethod, authentication, demandsChap }
}

const isDefault = ({ attributes }: Tpg): boolean =>
  !isJsonObject(attributes) || own(attributes, 'authentication') === undefined

/** Why an initiator with an ACL of these attributes cannot log in. */
export function aclLoginRefusal(
  rules: LoginRules,
  { attributes }: NodeAcl,
  { authentication: own }: Pick<AclSettings, 'authentication'>,
): string | undefined {
  if (attributes !== undefined && !isJsonObject(attributes)) return 'the attributes of the ACL cannot be read'
  if (own === INHERIT_AUTHENTICATION) return rules.demoRefused
  if (own !== 0) return `${NOT_BUILT} (authentication=1 of the ACL)`
  // Where the TPG demands CHAP, LIO itself takes None off its list; an ACL may then still do without.
  return !rules.authentication && rules.demandsChap ? `${NOT_BUILT} (AuthMethod without None)` : undefined
}

/**
 * Why discovery sessions are refused. LIO writes this object only while discovery authentication is on, and a file
 * written after its manual page has credentials and no switch: both mean that it is wanted.
 */
export function discoveryRefusal(fabric: FabricModule): string | undefined {
  if (fabric.discovery_enable_auth === false) return undefined
  if (fabric.discovery_enable_auth === true) return `${NOT_BUILT} (discovery_enable_auth)`
  return hasCredentials(fabric) ? `${NOT_BUILT} (credentials for discovery are given)` : undefined
}

/** Whether any name or secret is given, in either spelling. */
export function hasCredentials(holder: Tpg | NodeAcl | FabricModule): boolean {
  return Object.entries(holder).some(([key, value]) => /(?:userid|password)$/.test(key) && value !== '')
}
