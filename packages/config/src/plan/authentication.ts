import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { FabricModule, NodeAcl, Tpg } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'
import { aclAttributes, INHERIT_AUTHENTICATION, tpgAttributes } from '../tables/access-attributes.ts'
import { attributeInForce } from '../tables/attribute.ts'
import { allowedParameter } from '../tables/tpg-parameters.ts'

const NOT_BUILT = 'CHAP is demanded, which is not built yet'

const objectIn = (value: Json | undefined): JsonObject | undefined => (isJsonObject(value) ? value : undefined)

/** Why an initiator without an ACL cannot log in to a TPG that lets such initiators in. */
export function demoLoginRefusal(tpg: Tpg): string | undefined {
  const attributes = objectIn(tpg.attributes)
  if (attributeInForce(tpgAttributes, attributes, 'authentication') !== 0)
    return `${NOT_BUILT} (authentication=1${given(attributes) === undefined ? ', the default' : ''})`
  return methodDemandsChap(tpg) ? `${NOT_BUILT} (AuthMethod without None)` : undefined
}

const given = (attributes: JsonObject | undefined): Json | undefined => attributes && own(attributes, 'authentication')

/** Why an initiator with this ACL cannot log in. */
export function aclLoginRefusal(tpg: Tpg, acl: NodeAcl): string | undefined {
  if (acl.attributes !== undefined && !isJsonObject(acl.attributes)) return 'the attributes of the ACL cannot be read'
  const own = attributeInForce(aclAttributes, acl.attributes, 'authentication')
  if (own === INHERIT_AUTHENTICATION) return demoLoginRefusal(tpg)
  if (own !== 0) return `${NOT_BUILT} (authentication=1 of the ACL)`
  // Where the TPG demands CHAP, LIO itself takes None off its list; an ACL may then still do without.
  const groupDemands = attributeInForce(tpgAttributes, objectIn(tpg.attributes), 'authentication') !== 0
  return !groupDemands && methodDemandsChap(tpg) ? `${NOT_BUILT} (AuthMethod without None)` : undefined
}

/**
 * A list that was written without None demands CHAP by itself; one that was not written follows `authentication`. What
 * cannot be read is taken for the first.
 */
function methodDemandsChap({ parameters }: Tpg): boolean {
  if (parameters === undefined) return false
  if (!isJsonObject(parameters)) return true
  const methods = own(parameters, 'AuthMethod')
  return methods !== undefined && allowedParameter('AuthMethod', methods)?.split(',').includes('None') !== true
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
