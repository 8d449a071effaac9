import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import type { Draft } from './draft.ts'
import { withEach, withList, withoutSome } from './kept-list.ts'
import { changeOwnList, isAbout } from './own-lists.ts'
import { namesStorage } from './storage-place.ts'
import { changeEachTpg, changeTpg, findTarget, numberIn, tagsOf } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'

type Numbers = ReadonlySet<number | undefined>

/** Takes LUNs of a TPG away, with what ACLs and access rules map of them. */
export function removeLuns(draft: Draft, at: TpgAt, numbers: Numbers): void {
  changeRules(draft, rule => (isAbout(rule, at) ? withoutMapped(rule, numbers) : rule))
  changeTpg(draft, at, tpg => withoutLuns(tpg, numbers))
}

/** Takes every LUN that is a storage object out of every TPG of any fabric. */
export function removeLunsOf(draft: Draft, key: string): void {
  changeRules(draft, rule => withoutMapped(rule, numbersOf(tpgOf(draft, rule), key)))
  changeEachTpg(draft, tpg => {
    const numbers = numbersOf(tpg, key)
    return numbers.size === 0 ? tpg : withoutLuns(tpg as JsonObject, numbers)
  })
}

/** The numbers by which a TPG has a storage object. */
function numbersOf(tpg: Json | undefined, key: string): Numbers {
  const luns = tpg !== undefined && isJsonObject(tpg) ? own(tpg, 'luns') : undefined
  if (!Array.isArray(luns)) return NONE
  const found = (luns as readonly Json[]).filter(lun => namesStorage(lun, key))
  return found.length === 0 ? NONE : new Set(found.map(lun => numberIn(lun, 'index')))
}

const NONE: Numbers = new Set()

const changeRules = (draft: Draft, change: (rule: Json) => Json): void =>
  changeOwnList(draft, 'access_rules', rules => withEach(rules, change))

/** The TPG that a rule is about; undefined: there is none that can be read. */
function tpgOf(draft: Draft, rule: Json): Json | undefined {
  if (!isJsonObject(rule)) return undefined
  const target = findTarget(draft, textIn(rule, 'target') ?? '')
  const tpgs = target && own(target.object, 'tpgs')
  const tag = own(rule, 'tag')
  return Array.isArray(tpgs) && typeof tag === 'number' ? tpgs[tagsOf(tpgs).indexOf(tag)] : undefined
}

function withoutLuns(tpg: JsonObject, numbers: Numbers): JsonObject {
  const left = withList(tpg, 'luns', luns => withoutSome(luns, lun => isOf(lun, 'index', numbers)))
  return withList(left, 'node_acls', acls => withEach(acls, acl => withoutMapped(acl, numbers))) as JsonObject
}

/** A rule that mapped nothing else maps nothing then: without a list it would map all. */
const withoutMapped = (access: Json, numbers: Numbers): Json =>
  withList(access, 'mapped_luns', luns => withoutSome(luns, lun => isOf(lun, 'tpg_lun', numbers)))

function isOf(member: Json, key: 'index' | 'tpg_lun', numbers: Numbers): boolean {
  const number = numberIn(member, key)
  return number !== undefined && numbers.has(number)
}
