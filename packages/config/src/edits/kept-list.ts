import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'

/** A list with each member changed; where none is it stays the same list. */
export function withEach(list: readonly Json[], change: (member: Json) => Json): readonly Json[] {
  const changed = list.map(change)
  return changed.every((member, at) => member === list[at]) ? list : changed
}

/** A list without some of its members; one that has none of them stays the same list. */
export function withoutSome(list: readonly Json[], isOut: (member: Json) => boolean): readonly Json[] {
  return list.some(isOut) ? list.filter(member => !isOut(member)) : list
}

/** An object with another list under a key; where that is the same list, or there was none, it stays the same object. */
export function withList(object: Json, key: string, change: (list: readonly Json[]) => readonly Json[]): Json {
  const list = isJsonObject(object) ? own(object, key) : undefined
  if (!isJsonObject(object) || !Array.isArray(list)) return object
  const changed = change(list as readonly Json[])
  return changed === list ? object : { ...object, [key]: changed }
}
