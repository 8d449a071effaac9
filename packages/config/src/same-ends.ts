/** How many members of two lists are the same objects from the start, and, of the others, from the end. */
export function sameEnds(from: readonly unknown[], to: readonly unknown[]): readonly [start: number, end: number] {
  const shorter = Math.min(from.length, to.length)
  let start = 0
  while (start < shorter && from[start] === to[start]) start++
  let end = 0
  while (end < shorter - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end++
  return [start, end]
}
