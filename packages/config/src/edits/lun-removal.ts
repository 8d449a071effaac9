import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import type { Draft } from './draft.ts'
import { withEach, withList, withoutSome } from './kept-list.ts'
import { changeOwnList, isAbout, normalIn } from './own-lists.ts'
import { namesStorage } from './storage-place.ts'
import { changeEachTpg, changeTpg, numberIn, tagsOf, tpgsOf } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'

type Numbers = ReadonlySet<number | undefined>

/** Takes LUNs of a TPG away, with what ACLs and access rules map of them. */
export function removeLuns(draft: Draft, at: TpgAt, numbers: Numbers): void {
  unmapInRules(draft, at, numbers)
  changeTpg(draft, at, tpg => withoutLuns(tpg, numbers))
}

/** Takes every LUN that is a storage object out of every TPG of any fabric. */
export function removeLunsOf(draft: Draft, key: string): void {
  for (const target of draft.list('targets')) if (isJsonObject(target)) unmapStorage(draft, target, key)
  changeEachTpg(draft, tpg => {
    const numbers = numbersOf(tpg, key)
    return numbers.size === 0 ? tpg : withoutLuns(tpg as JsonObject, numbers)
  })
}

/** The numbers by which a TPG has a storage object. */
function numbersOf(tpg: Json, key: string): Numbers {
  const luns = isJsonObject(tpg) ? own(tpg, 'luns') : undefined
  if (!Array.isArray(luns)) return NONE
  const found = (luns as readonly Json[]).filter(lun => namesStorage(lun, key))
  return found.length === 0 ? NONE : new Set(found.map(lun => numberIn(lun, 'index')))
}

const NONE: Numbers = new Set()

/** Takes what access rules of a target map of a storage object. */
function unmapStorage(draft: Draft, target: JsonObject, key: string): void {
  const name = textIn(target, 'wwn')
  if (name === undefined || !Array.isArray(own(target, 'tpgs'))) return
  const tpgs = tpgsOf(target, name)
  const found = tpgs.map(tpg => numbersOf(tpg, key))
  if (found.every(({ size }) => size === 0)) return
  for (const [index, tag] of tagsOf(tpgs).entries())
    if (tag !== undefined) unmapInRules(draft, { target: normalIn(target, 'wwn') as string, tag }, found[index] ?? NONE)
}

/** A rule that mapped nothing else maps nothing then: without a list it would map all. */
function unmapInRules(draft: Draft, at: TpgAt, numbers: Numbers): void {
  changeOwnList(draft, 'access_rules', rules =>
    withEach(rules, rule => (isAbout(rule, at) ? withoutMapped(rule, numbers) : rule)),
  )
}

function withoutLuns(tpg: JsonObject, numbers: Numbers): JsonObject {
  const left = withList(tpg, 'luns', luns => withoutSome(luns, lun => isOf(lun, 'index', numbers)))
  return withList(left, 'node_acls', acls => withEach(acls, acl => withoutMapped(acl, numbers))) as JsonObject
}

const withoutMapped = (access: Json, numbers: Numbers): Json =>
  withList(access, 'mapped_luns', luns => withoutSome(luns, lun => isOf(lun, 'tpg_lun', numbers)))

function isOf(member: Json, key: 'index' | 'tpg_lun', numbers: Numbers): boolean {
  const number = numberIn(member, key)
  return number !== undefined && numbers.has(number)
}
