import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { NodeAcl, Tpg } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'
import type { AclSettings, TpgSettings } from '../tables/access-attributes.ts'
import { aclAttributes, tpgAttributes } from '../tables/access-attributes.ts'
import { rowInForce } from '../tables/attribute.ts'
import { settingsOf } from '../tables/row.ts'
import type { ParameterSettings } from '../tables/tpg-parameters.ts'
import { parameterInForce, tpgParameters } from '../tables/tpg-parameters.ts'

const objectIn = (value: Json | undefined): JsonObject | undefined => (isJsonObject(value) ? value : undefined)

/** What a TPG's attributes say of it. */
export function groupSettings({ attributes }: Tpg): TpgSettings {
  const values = objectIn(attributes)
  return settingsOf(tpgAttributes, {
    isGiven: name => isGiven(values, name),
    valueOf: name => rowInForce(tpgAttributes[name], values && own(values, name)),
  })
}

/** What a TPG's parameters say of logins. */
export function parameterSettings({ parameters }: Tpg): ParameterSettings {
  const values = objectIn(parameters)
  return settingsOf(tpgParameters, {
    isGiven: name => isGiven(values, name),
    valueOf: name => parameterInForce(values, name),
  })
}

/** What a node ACL's attributes say of its initiator. */
export function aclSettings({ attributes }: NodeAcl): AclSettings {
  const values = objectIn(attributes)
  return settingsOf(aclAttributes, {
    isGiven: name => isGiven(values, name),
    valueOf: name => rowInForce(aclAttributes[name], values && own(values, name)),
  })
}

const isGiven = (values: JsonObject | undefined, name: string): boolean =>
  values !== undefined && own(values, name) !== undefined
