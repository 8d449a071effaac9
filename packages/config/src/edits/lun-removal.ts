import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import type { Draft } from './draft.ts'
import { namesStorage } from './storage-place.ts'
import { numberIn } from './target-place.ts'

const isGone = (numbers: ReadonlySet<number | undefined>, member: Json, key: 'index' | 'tpg_lun'): boolean => {
  const number = numberIn(member, key)
  return number !== undefined && numbers.has(number)
}

/** An object without some members of one of its lists; one that has none of them stays the same object. */
function withoutIn(object: Json, key: string, isOut: (member: Json) => boolean): Json {
  const list = isJsonObject(object) ? own(object, key) : undefined
  if (!isJsonObject(object) || !Array.isArray(list) || !list.some(member => isOut(member as Json))) return object
  return { ...object, [key]: (list as readonly Json[]).filter(member => !isOut(member)) }
}

/** A list with each member changed; where none is it stays the same list. */
function mapped(list: readonly Json[], change: (member: Json) => Json): readonly Json[] {
  const changed = list.map(change)
  return changed.every((member, at) => member === list[at]) ? list : changed
}

/** A TPG without LUNs of some numbers, and without what ACLs map of them. */
export function withoutLuns(tpg: JsonObject, numbers: ReadonlySet<number | undefined>): JsonObject {
  const left = withoutIn(tpg, 'luns', lun => isGone(numbers, lun, 'index')) as JsonObject
  const acls = own(left, 'node_acls')
  if (!Array.isArray(acls)) return left
  const kept = mapped(acls as readonly Json[], acl =>
    withoutIn(acl, 'mapped_luns', lun => isGone(numbers, lun, 'tpg_lun')),
  )
  return kept === acls ? left : { ...left, node_acls: kept }
}

/** Takes every LUN that is a storage object out of every TPG of any fabric. */
export function removeLunsOf(draft: Draft, key: string): void {
  const fromTpg = (tpg: Json): Json => {
    const luns = isJsonObject(tpg) ? own(tpg, 'luns') : undefined
    if (!isJsonObject(tpg) || !Array.isArray(luns)) return tpg
    const found = (luns as readonly Json[]).filter(lun => namesStorage(lun, key))
    return found.length === 0 ? tpg : withoutLuns(tpg, new Set(found.map(lun => numberIn(lun, 'index'))))
  }
  const fromTarget = (target: Json): Json => {
    const tpgs = isJsonObject(target) ? own(target, 'tpgs') : undefined
    if (!isJsonObject(target) || !Array.isArray(tpgs)) return target
    const left = mapped(tpgs as readonly Json[], fromTpg)
    return left === tpgs ? target : { ...target, tpgs: left }
  }
  const targets = draft.list('targets')
  const left = mapped(targets, fromTarget)
  if (left !== targets) draft.set('targets', left)
}
