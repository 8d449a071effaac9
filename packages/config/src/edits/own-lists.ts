import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { own } from '../schema/kind.ts'
import type { Draft } from './draft.ts'
import { listOf } from './draft.ts'
import { withoutSome } from './kept-list.ts'
import { SERVER_PATH, setSettings, settingsIn } from './setting-place.ts'

/** A list of lunkit's own settings. */
export type OwnList = 'redirections' | 'access_rules' | 'discovery_portals' | 'isns'

/** Every such list whose members are each about a TPG. */
export const ownLists: readonly OwnList[] = ['redirections', 'access_rules', 'discovery_portals']

/** A target, or a TPG of it. */
interface Whose {
  readonly target: string
  readonly tag?: number
}

/** What stands in a list. */
export const ownListIn = (draft: Draft, key: OwnList): readonly Json[] =>
  draft.document['lunkit'] === undefined ? [] : listOf(settingsIn(draft), { key, path: SERVER_PATH })

/** Puts another list in the place of one; an empty one is none. */
function setOwnList(draft: Draft, key: OwnList, list: readonly Json[]): void {
  setSettings(draft, { [key]: list.length > 0 ? list : undefined })
}

/** Changes a list; one that stays the same list changes nothing. */
export function changeOwnList(draft: Draft, key: OwnList, change: (list: readonly Json[]) => readonly Json[]): void {
  const list = ownListIn(draft, key)
  const changed = change(list)
  if (changed !== list) setOwnList(draft, key, changed)
}

/** A text of a member as names are compared, or whatever else it has there. */
export const normalIn = (member: JsonObject, key: string): unknown => {
  const value = own(member, key)
  return typeof value === 'string' ? normalizeIscsiName(value) : value
}

/** Whether a member is about a target, or a TPG of it. */
export const isAbout = (member: Json, { target, tag }: Whose): member is JsonObject =>
  isJsonObject(member) && normalIn(member, 'target') === target && (tag === undefined || own(member, 'tag') === tag)

/** Puts a member in the place of those that are the same thing, at the end where there are none, or takes them away. */
export function putInOwnList(
  draft: Draft,
  key: OwnList,
  { isIt, member }: { readonly isIt: (each: Json) => boolean; readonly member: JsonObject | undefined },
): void {
  const list = ownListIn(draft, key)
  const at = list.findIndex(isIt)
  const others = list.filter(each => !isIt(each))
  if (member === undefined && others.length === list.length) return
  setOwnList(draft, key, member === undefined ? others : others.toSpliced(at < 0 ? others.length : at, 0, member))
}

/** What is about a target, or a TPG of it, goes with it. */
export function forgetOwn(draft: Draft, whose: Whose): void {
  for (const key of ownLists) changeOwnList(draft, key, list => withoutSome(list, each => isAbout(each, whose)))
}
