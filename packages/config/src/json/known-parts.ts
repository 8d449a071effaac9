import { sameEnds } from '../same-ends.ts'
import type { Json, JsonObject } from './value.ts'
import { ExactNumber, isJsonObject } from './value.ts'

/** What was there before, if it is the same as what is there now; else what is there now, with the parts that are the same. */
export function withKnownParts(now: Json, before: Json): Json {
  if (isSame(now, before)) return before
  if (Array.isArray(now) && Array.isArray(before)) return knownList(now, before)
  return isJsonObject(now) && isJsonObject(before) ? knownObject(now, before) : now
}

/** The order of the keys counts: they are written in it. */
function isSame(one: Json, other: Json): boolean {
  if (one === other) return true
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other)
  if (isJsonObject(one)) return isJsonObject(other) && isSameObject(one, other)
  return one instanceof ExactNumber && other instanceof ExactNumber && one.text === other.text
}

function isSameList(one: readonly Json[], other: readonly Json[]): boolean {
  return one.length === other.length && one.every((member, at) => isSame(member, other[at] as Json))
}

function isSameObject(one: JsonObject, other: JsonObject): boolean {
  const keys = Object.keys(one)
  const others = Object.keys(other)
  if (keys.length !== others.length) return false
  return keys.every((key, at) => key === others[at] && isSame(one[key] as Json, other[key] as Json))
}

function knownObject(now: JsonObject, before: JsonObject): JsonObject {
  const ofKey = (key: string): Json => {
    const member = now[key] as Json
    return Object.hasOwn(before, key) ? withKnownParts(member, before[key] as Json) : member
  }
  return Object.fromEntries(Object.keys(now).map(key => [key, ofKey(key)]))
}

function knownList(now: readonly Json[], before: readonly Json[]): readonly Json[] {
  const [start, tail] = sameEnds(now, before, isSame)
  const middle = knownMiddle(now.slice(start, now.length - tail), before.slice(start, before.length - tail))
  return [...before.slice(0, start), ...middle, ...before.slice(before.length - tail)]
}

/** Where as many are left as there were, each is compared with the one in its place; else what stands elsewhere is found by its text. */
function knownMiddle(now: readonly Json[], before: readonly Json[]): readonly Json[] {
  if (now.length === before.length) return now.map((member, at) => withKnownParts(member, before[at] as Json))
  const byText = new Map(before.map(member => [JSON.stringify(member), member]))
  return now.map(member => withKnownParts(member, byText.get(JSON.stringify(member)) ?? null))
}
