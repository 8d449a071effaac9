import { arrayOf, checkArgument, text } from './argument.ts'

const WORD = text()
const NAMES = arrayOf(WORD, 'of texts')

/** Longer words are no slips of a known name, and cost too much to compare. */
const LONGEST = 128

/** How many letters two words begin with alike. */
function sameStart(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((letter, at) => letter !== other[at])
  return differs < 0 ? one.length : differs
}

/** How many letters two words differ by: changed, left out or added (Levenshtein). */
function distance(one: readonly string[], other: readonly string[]): number {
  const same = sameStart(one, other)
  const rest = other.slice(same)
  let before = Array.from({ length: rest.length + 1 }, (_, at) => at)
  for (const [index, letter] of one.slice(same).entries()) {
    const row = [index + 1]
    for (const [at, each] of rest.entries()) {
      const changed = (before[at] as number) + (letter === each ? 0 : 1)
      row.push(Math.min(changed, (before[at + 1] as number) + 1, (row[at] as number) + 1))
    }
    before = row
  }
  return before.at(-1) as number
}

const lettersOf = (word: string): string[] => Array.from(word.toLowerCase())

/**
 * The name that is most like a word, in small letters or great ones; null where none is alike in half of its letters.
 * @throws {TypeError} or {RangeError} for what is no text, or no list of texts.
 */
export function nearest(word: string, names: readonly string[]): string | null {
  checkArgument('nearest: word', word, WORD)
  checkArgument('nearest: names', names, NAMES)
  if (word.length > LONGEST) return null
  const meant = lettersOf(word)
  let best: string | null = null
  let least = Infinity
  for (const name of names) {
    const letters = lettersOf(name)
    const most = Math.min(least - 1, Math.max(meant.length, letters.length) / 2)
    if (Math.abs(letters.length - meant.length) > most) continue
    const differing = distance(meant, letters)
    if (differing > most) continue
    best = name
    least = differing
  }
  return best
}
