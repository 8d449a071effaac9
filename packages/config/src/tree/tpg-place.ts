import type { TpgAt } from '../edits/tree-path.ts'
import type { JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { toggle } from '../schema/lenient.ts'
import type { TpgAttribute } from '../tables/access-attributes.ts'
import { tpgAttributes } from '../tables/access-attributes.ts'
import { rowInForce } from '../tables/attribute.ts'

/** A TPG, and what of the document its nodes depend on. */
export interface TpgPlace {
  readonly document: JsonObject
  readonly tpg: JsonObject
  /** What its fabric can do. */
  readonly features: readonly string[]
  readonly at: TpgAt
}

/** Whether the TPG is to be served. */
export const isEnabled = ({ tpg }: TpgPlace): boolean => meaningOf(toggle, own(tpg, 'enable') ?? true) === true

/** Whether an attribute of the TPG is on; where the file does not say, as its fabric has it. */
export function isOn({ tpg, features }: TpgPlace, name: TpgAttribute): boolean {
  const attributes = own(tpg, 'attributes')
  const value = isJsonObject(attributes) ? own(attributes, name) : undefined
  return features.includes('auth') || value !== undefined ? rowInForce(tpgAttributes[name], value) === 1 : false
}
