import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import type { Draft } from './draft.ts'
import { withEach, withList, withoutSome } from './kept-list.ts'
import { namesStorage } from './storage-place.ts'
import { changeEachTpg, numberIn } from './target-place.ts'

/** A TPG without LUNs of some numbers, and without what ACLs map of them. */
export function withoutLuns(tpg: JsonObject, numbers: ReadonlySet<number | undefined>): JsonObject {
  const isGone = (member: Json, key: 'index' | 'tpg_lun'): boolean => {
    const number = numberIn(member, key)
    return number !== undefined && numbers.has(number)
  }
  const withoutMapped = (acl: Json): Json =>
    withList(acl, 'mapped_luns', luns => withoutSome(luns, lun => isGone(lun, 'tpg_lun')))
  const left = withList(tpg, 'luns', luns => withoutSome(luns, lun => isGone(lun, 'index')))
  return withList(left, 'node_acls', acls => withEach(acls, withoutMapped)) as JsonObject
}

/** Takes every LUN that is a storage object out of every TPG of any fabric. */
export function removeLunsOf(draft: Draft, key: string): void {
  changeEachTpg(draft, tpg => {
    const luns = isJsonObject(tpg) ? own(tpg, 'luns') : undefined
    if (!isJsonObject(tpg) || !Array.isArray(luns)) return tpg
    const found = (luns as readonly Json[]).filter(lun => namesStorage(lun, key))
    return found.length === 0 ? tpg : withoutLuns(tpg, new Set(found.map(lun => numberIn(lun, 'index'))))
  })
}
