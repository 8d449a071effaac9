import { arrayOf, checkArgument, text } from '@lunkit/wire'

const WORD = text()
const NAMES = arrayOf(WORD, 'of texts')

/** How many letters two words differ by: changed, left out or added. */
function distance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const row = [index + 1]
    for (let at = 0; at < other.length; at++) {
      const changed = (before[at] as number) + (letter === other[at] ? 0 : 1)
      row.push(Math.min(changed, (before[at + 1] as number) + 1, (row[at] as number) + 1))
    }
    before = row
  }
  return before[other.length] as number
}

/** Longer words are no slips of a known name, and cost too much to compare. */
const LONGEST = 128

/**
 * The name that is most like a word; null where none is alike in half of its letters.
 * @throws {TypeError} or {RangeError} for what is no text, or no list of texts.
 */
export function nearest(word: string, names: readonly string[]): string | null {
  checkArgument('nearest: word', word, WORD)
  checkArgument('nearest: names', names, NAMES)
  if (word.length > LONGEST) return null
  let best: string | null = null
  let least = Infinity
  for (const name of names) {
    const letters = distance(word.toLowerCase(), name.toLowerCase())
    if (letters >= least || letters * 2 > Math.max(word.length, name.length)) continue
    best = name
    least = letters
  }
  return best
}
