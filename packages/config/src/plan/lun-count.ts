import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { Configuration } from '../saveconfig.ts'
import { ISCSI_FABRIC } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'

const membersOf = (object: JsonObject, key: string): readonly Json[] => {
  const value = own(object, key)
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

/** What says in a TPG that it is turned off. */
const OFF: readonly (Json | undefined)[] = [false, 0, null]

/** How many LUNs the TPGs of a file have that nobody turned off, whether they can be read or not. */
export function lunCount({ targets }: Configuration): number {
  return (targets ?? [])
    .filter(isJsonObject)
    .filter(target => own(target, 'fabric') === ISCSI_FABRIC)
    .flatMap(target => membersOf(target, 'tpgs'))
    .filter(isJsonObject)
    .filter(tpg => !OFF.includes(tpg.enable))
    .reduce((sum, tpg) => sum + membersOf(tpg, 'luns').length, 0)
}
