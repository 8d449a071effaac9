import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { storageKeyAt } from '../storage-key.ts'
import { membersOf } from './name-index.ts'

const keys = new WeakMap<JsonObject, ReadonlySet<string>>()

/** The storage objects that are LUNs of a target, by their keys; found once for each target. */
function exportedBy(target: JsonObject): ReadonlySet<string> {
  const known = keys.get(target)
  if (known !== undefined) return known
  const found = new Set(membersOf(target, 'tpgs').flatMap(tpg => lunsOf(tpg).flatMap(lun => storageOfLun(lun) ?? [])))
  keys.set(target, found)
  return found
}

const lunsOf = (tpg: Json): readonly JsonObject[] =>
  isJsonObject(tpg) ? membersOf(tpg, 'luns').filter(isJsonObject) : []

/** The key of the storage object that a LUN is: `fileio/disk0`. */
export function storageOfLun(lun: JsonObject): string | undefined {
  const path = own(lun, 'storage_object')
  return typeof path === 'string' ? storageKeyAt(path) : undefined
}

/** Whether any LUN of any target is the storage object of a key. */
export function isExported(targets: readonly Json[], key: string): boolean {
  return targets.some(target => isJsonObject(target) && exportedBy(target).has(key))
}
