import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { ISCSI_FABRIC } from '../saveconfig.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { number, textIn } from '../schema/lenient.ts'
import { tpgTags } from '../tags.ts'
import type { Draft } from './draft.ts'
import { listOf, withMember } from './draft.ts'
import { notThere } from './edit-error.ts'
import { withEach, withList } from './kept-list.ts'
import type { AclAt, TpgAt } from './tree-path.ts'
import { treePath } from './tree-path.ts'

/** A member of a list of a document. */
export interface Place {
  readonly index: number
  readonly object: JsonObject
}

function placeOf(list: readonly Json[], is: (member: JsonObject, index: number) => boolean): Place | undefined {
  const index = list.findIndex((each, at) => isJsonObject(each) && is(each, at))
  return index < 0 ? undefined : { index, object: list[index] as JsonObject }
}

/** The iSCSI target of a name; undefined: there is none. */
export function findTarget(draft: Draft, name: string): Place | undefined {
  const normal = normalizeIscsiName(name)
  return placeOf(draft.list('targets'), target => {
    const wwn = own(target, 'wwn')
    return (
      own(target, 'fabric') === ISCSI_FABRIC &&
      typeof wwn === 'string' &&
      (wwn === normal || normalizeIscsiName(wwn) === normal)
    )
  })
}

/** @throws {EditError} where there is none. */
export function targetAt(draft: Draft, name: string): Place {
  const place = findTarget(draft, name)
  if (place === undefined) throw notThere(treePath.target(name), 'a target')
  return place
}

/** Changes a target. */
export function changeTarget(draft: Draft, name: string, change: (target: JsonObject) => JsonObject): void {
  const { index, object } = targetAt(draft, name)
  draft.set('targets', withMember(draft.list('targets'), index, change(object)))
}

/** The TPGs of a target. */
export const tpgsOf = (target: JsonObject, name: string): readonly Json[] =>
  listOf(target, { key: 'tpgs', path: treePath.target(name) })

/** The tag of each. */
export const tagsOf = (tpgs: readonly Json[]): readonly (number | undefined)[] =>
  tpgTags(tpgs.map((value, index) => ({ value, path: [index] })))

/** @throws {EditError} where there is none. */
export function tpgAt(draft: Draft, { target, tag }: TpgAt): Place {
  const { object } = targetAt(draft, target)
  const tpgs = tpgsOf(object, target)
  const tags = tagsOf(tpgs)
  const place = placeOf(tpgs, (_tpg, index) => tags[index] === tag)
  if (place === undefined) throw notThere(treePath.tpg({ target, tag }), 'a TPG')
  return place
}

/** Changes a TPG. */
export function changeTpg(draft: Draft, at: TpgAt, change: (tpg: JsonObject) => JsonObject): void {
  const { index, object } = tpgAt(draft, at)
  changeTarget(draft, at.target, target => ({
    ...target,
    tpgs: withMember(tpgsOf(target, at.target), index, change(object)),
  }))
}

/** Changes each TPG of each target of any fabric; what is not changed stays the same objects. */
export function changeEachTpg(draft: Draft, change: (tpg: Json) => Json): void {
  const targets = draft.list('targets')
  const changed = withEach(targets, target => withList(target, 'tpgs', tpgs => withEach(tpgs, change)))
  if (changed !== targets) draft.set('targets', changed)
}

/** A list of a TPG. */
export const listOfTpg = (tpg: JsonObject, key: 'luns' | 'portals' | 'node_acls', at: TpgAt): readonly Json[] =>
  listOf(tpg, { key, path: treePath.tpg(at) })

/** The ACLs of an initiator, or of all that have a tag. */
export function isAclOf(acl: JsonObject, named: string): boolean {
  const wwn = textIn(acl, 'node_wwn')
  return (
    wwn !== undefined &&
    (wwn === named || normalizeIscsiName(wwn) === normalizeIscsiName(named) || own(acl, 'tag') === named)
  )
}

/** @throws {EditError} where there is none. */
export function aclAt(draft: Draft, at: AclAt): Place {
  const { object } = tpgAt(draft, at)
  const place = placeOf(listOfTpg(object, 'node_acls', at), acl => isAclOf(acl, at.initiator))
  if (place === undefined) throw notThere(treePath.acl(at), 'a node ACL')
  return place
}

/** Changes an ACL, and with it all that have its tag. */
export function changeAcl(draft: Draft, at: AclAt, change: (acl: JsonObject) => JsonObject): void {
  const { index, object } = aclAt(draft, at)
  const tag = own(object, 'tag')
  changeTpg(draft, at, tpg => ({
    ...tpg,
    node_acls: listOfTpg(tpg, 'node_acls', at).map((acl, each) =>
      isJsonObject(acl) && (each === index || (tag !== undefined && own(acl, 'tag') === tag)) ? change(acl) : acl,
    ),
  }))
}

/** The initiators whose ACLs are changed with one: itself, and all that have its tag. @throws {EditError} where there is none. */
export function initiatorsOf(draft: Draft, at: AclAt): readonly string[] {
  const { object } = aclAt(draft, at)
  const tag = own(object, 'tag')
  const acls = listOfTpg(tpgAt(draft, at).object, 'node_acls', at)
  const members = acls.filter(
    acl => acl === object || (tag !== undefined && isJsonObject(acl) && own(acl, 'tag') === tag),
  )
  return members.flatMap(acl => textIn(acl as JsonObject, 'node_wwn') ?? [])
}

/** The mapped LUNs of an ACL. */
export const mappedLunsOf = (acl: JsonObject, at: AclAt): readonly Json[] =>
  listOf(acl, { key: 'mapped_luns', path: treePath.acl(at) })

const u16 = number(0, 65_535)

/** A number of a LUN, or of what it names, as it stands in a file; undefined where it is none. */
export function numberIn(member: Json, key: 'index' | 'tpg_lun'): number | undefined {
  const value = isJsonObject(member) ? own(member, key) : undefined
  return value === undefined ? undefined : meaningOf(u16, value)
}

/** The lowest number from 0 that none of a list has. */
export function freeNumber(list: readonly Json[]): number {
  const taken = new Set(list.map(member => numberIn(member, 'index')))
  let free = 0
  while (taken.has(free)) free++
  return free
}
