import { isDeepStrictEqual } from 'node:util'
import { checkOnce } from '../document.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { sameEnds } from '../same-ends.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'
import { documentParts, type Part, type Parts, partsBetween } from './part.ts'

/** How a place of the tree differs. */
export const DocumentChangeKind = { added: 'added', removed: 'removed', changed: 'changed' } as const
export type DocumentChangeKind = (typeof DocumentChangeKind)[keyof typeof DocumentChangeKind]

/** A place at which two configurations differ. */
export interface DocumentChange {
  readonly kind: DocumentChangeKind
  /** In targetcli's tree: `/iscsi/iqn.2026-11.com.example:disk/tpg1`. */
  readonly path: string
  /** Which of its values, of what has changed: `attributes.authentication`. What they are is not told: some are secrets. */
  readonly keys: readonly string[]
}

/**
 * Where two configurations differ, in the order of the second one, what only the first has behind it. In which order a list
 * has its members is no difference. What is the same object in both is not looked at.
 * @throws {ConfigError} or {TypeError} as checkConfiguration().
 */
export function documentChanges(from: Configuration, to: Configuration): readonly DocumentChange[] {
  const [before, after] = [from, to].map(each => asJson(checkOnce(asJson(each))) as JsonObject) as [
    JsonObject,
    JsonObject,
  ]
  return changesOf(before, after, { path: '', lists: documentParts })
}

/** Where an object is, and which lists of it have places of their own. */
interface Place {
  readonly path: string
  readonly lists: Parts
}

function changesOf(from: JsonObject, to: JsonObject, place: Place): readonly DocumentChange[] {
  if (from === to) return []
  const { path, lists } = place
  const keys = allKeys(from, to)
  const mine = keys.filter(key => !Object.hasOwn(lists, key)).flatMap(key => differingKeys(from, to, key))
  const inLists = Object.entries(lists).flatMap(([key, part]) => changesOfList(from, to, { path, key, part }))
  return mine.length === 0 ? inLists : [change('changed', path, mine), ...inLists]
}

/** A list of an object. */
interface ListAt {
  readonly path: string
  readonly key: string
  readonly part: Part
}

function changesOfList(from: JsonObject, to: JsonObject, { path, key, part }: ListAt): readonly DocumentChange[] {
  const [before, after] = [own(from, key) ?? [], own(to, key) ?? []]
  if (before === after) return []
  if (!Array.isArray(before) || !Array.isArray(after))
    return isDeepStrictEqual(before, after) ? [] : [change('changed', path, [key])]
  const [one, other] = [before as readonly Json[], after as readonly Json[]]
  const ends = sameEnds(one, other)
  const [had, has] = [partsBetween(one, ends, part), partsBetween(other, ends, part)]
  const kept = [...has].flatMap(([segment, member]) => {
    const at = { path: `${path}/${segment}`, lists: part.lists }
    const old = had.get(segment)
    return old === undefined ? [change('added', at.path)] : changesOfMember(old, member, at)
  })
  const gone = [...had.keys()].filter(segment => !has.has(segment))
  return [...kept, ...gone.map(segment => change('removed', `${path}/${segment}`))]
}

function changesOfMember(from: Json, to: Json, place: Place): readonly DocumentChange[] {
  if (isJsonObject(from) && isJsonObject(to)) return changesOf(from, to, place)
  return isDeepStrictEqual(from, to) ? [] : [change('changed', place.path)]
}

/** The values under a key that differ; those of an object one by one. */
function differingKeys(from: JsonObject, to: JsonObject, key: string): readonly string[] {
  const [before, after] = [own(from, key), own(to, key)]
  if (before === after) return []
  if (isJsonObject(before) && isJsonObject(after))
    return allKeys(before, after).flatMap(inner => differingKeys(before, after, inner).map(each => `${key}.${each}`))
  return isDeepStrictEqual(before, after) ? [] : [key]
}

const allKeys = (from: JsonObject, to: JsonObject): readonly string[] => [
  ...new Set([...Object.keys(to), ...Object.keys(from)]),
]

const change = (kind: DocumentChangeKind, path: string, keys: readonly string[] = []): DocumentChange => ({
  kind,
  path: path === '' ? '/' : path,
  keys,
})
