import { sameEnds } from '../same-ends.ts'

/** A path of targetcli's tree where nothing is. */
export class NoSuchPath extends RangeError {
  override readonly name = 'NoSuchPath'
  /** The deepest path that failed: what is above it is there. */
  readonly path: string
  /** The nearest path that is there: a name much like it, else what is above it. */
  readonly nearest: string

  constructor(path: string, nearest: string) {
    super(`No such path ${path}`)
    this.path = path
    this.nearest = nearest
  }
}

/** Names that differ in more than a third of their characters are not alike. */
const ALIKE = 1 / 3

/** The name that is most like one that was meant; undefined: none is like it. */
export function nearestName(meant: string, names: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of names) {
    const most = Math.min(best?.distance ?? Number.POSITIVE_INFINITY, Math.max(1, Math.floor(meant.length * ALIKE)) + 1)
    if (Math.abs(name.length - meant.length) >= most) continue
    const distance = distanceOf(meant, name)
    if (distance < most) best = { name, distance }
  }
  return best?.name
}

/** How many characters must be put in, taken out or replaced to make one name of another (Levenshtein). */
function distanceOf(one: string, other: string): number {
  const [left, right] = withoutSameEnds(one, other)
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (const [at, character] of left.entries()) {
    const next = [at + 1]
    for (const [column, each] of right.entries()) {
      const replaced = (row[column] as number) + (each === character ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] as number) + 1, (next[column] as number) + 1))
    }
    row = next
  }
  return row.at(-1) as number
}

/** What is left of two names without what they begin and end with alike. */
function withoutSameEnds(one: string, other: string): readonly [readonly string[], readonly string[]] {
  const [left, right] = [Array.from(one), Array.from(other)]
  const [start, end] = sameEnds(left, right)
  return [left.slice(start, left.length - end), right.slice(start, right.length - end)]
}
