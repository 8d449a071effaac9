import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { storageKeyAt } from '../storage-key.ts'
import { membersOf } from './name-index.ts'
import { onceFor } from './once-for.ts'

/** The storage objects that are LUNs of a target, by their keys. */
const exportedBy = onceFor(
  (target: JsonObject): ReadonlySet<string> =>
    new Set(membersOf(target, 'tpgs').flatMap(tpg => lunsOf(tpg).flatMap(lun => storageOfLun(lun) ?? []))),
)

const lunsOf = (tpg: Json): readonly JsonObject[] =>
  isJsonObject(tpg) ? membersOf(tpg, 'luns').filter(isJsonObject) : []

/** The key of the storage object that a LUN is: `fileio/disk0`. */
export const storageOfLun = onceFor((lun: JsonObject): string | undefined => {
  const path = own(lun, 'storage_object')
  return typeof path === 'string' ? storageKeyAt(path) : undefined
})

/** Whether any LUN of any target is the storage object of a key. */
export function isExported(targets: readonly Json[], key: string): boolean {
  return targets.some(target => isJsonObject(target) && exportedBy(target).has(key))
}
