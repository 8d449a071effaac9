/** How many members of two lists are the same from the start, and, of the others, from the end. */
export function sameEnds<T>(
  one: readonly T[],
  other: readonly T[],
  isSame: (member: T, other: T) => boolean = Object.is,
): readonly [start: number, end: number] {
  const shorter = Math.min(one.length, other.length)
  const isSameAt = (at: number, otherAt: number): boolean => isSame(one[at] as T, other[otherAt] as T)
  let start = 0
  while (start < shorter && isSameAt(start, start)) start++
  let end = 0
  while (end < shorter - start && isSameAt(one.length - 1 - end, other.length - 1 - end)) end++
  return [start, end]
}
