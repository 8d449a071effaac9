import { sameEnds } from '../same-ends.ts'

/** What became of the members of a list, each known by its key. */
export interface Members<T> {
  readonly added: readonly T[]
  readonly removed: readonly T[]
  /** In both, and not the same object. */
  readonly both: readonly (readonly [from: T, to: T])[]
}

/** Compares two lists whose keys are each unique. Objects that are the same are not looked at, nor is where they stand. */
export function compareMembers<T>(
  from: readonly T[],
  to: readonly T[],
  keyOf: (member: T) => string | number,
): Members<T> {
  if (from === to) return { added: [], removed: [], both: [] }
  const [start, tail] = sameEnds(from, to)
  const before = new Map(from.slice(start, from.length - tail).map(member => [keyOf(member), member]))
  const added: T[] = []
  const both: (readonly [T, T])[] = []
  for (const member of to.slice(start, to.length - tail)) {
    const key = keyOf(member)
    const old = before.get(key)
    before.delete(key)
    if (old === undefined) added.push(member)
    else if (old !== member) both.push([old, member])
  }
  return { added, removed: [...before.values()], both }
}
