import { misused } from '../refusal.ts'

/** A word of a line. */
export interface Word {
  readonly text: string
  /** Where its first "=" is; undefined: it has none. */
  readonly equals: number | undefined
  /** Where it begins in the line. */
  readonly start: number
}

const equalsIn = (text: string): number | undefined => (text.includes('=') ? text.indexOf('=') : undefined)
const BLANK = /[ \t\r]/
const QUOTES: readonly string[] = ['"', "'"]

/** What stands between quotes, and where the line goes on after them. In double ones a backslash keeps `"` and itself. */
function quoted(line: string, start: number): { readonly text: string; readonly next: number } {
  const quote = line[start]
  let text = ''
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === quote) return { text, next: at + 1 }
    const isKept = quote === '"' && line[at] === '\\' && /["\\]/.test(line[at + 1] ?? '')
    if (isKept) at++
    text += line[at]
  }
  throw misused(
    `The quote at column ${start + 1} has no end.`,
    `Right is another ${quote} after it, or ${quote === '"' ? "'" : '"'} around it.`,
  )
}

/** The word that begins somewhere. A quote is one at the start of a word and after its "="; anywhere else it is itself. */
function wordAt(line: string, start: number): { readonly word: Word; readonly next: number } {
  let [text, at] = ['', start]
  let equals: number | undefined
  while (at < line.length && !BLANK.test(line[at] as string)) {
    const opens = text === '' || (equals !== undefined && text.length === equals + 1)
    if (opens && QUOTES.includes(line[at] as string)) {
      const { text: inner, next } = quoted(line, at)
      if (next < line.length && !BLANK.test(line[next] as string))
        throw misused(`The quote at column ${at + 1} ends within a word.`, 'Right is a blank after it.')
      return { word: { text: text + inner, equals: equals ?? equalsIn(inner), start }, next }
    }
    if (line[at] === '=') equals ??= text.length
    text += line[at++]
  }
  return { word: { text, equals, start }, next: at }
}

/**
 * The words of a line, apart by blanks. Quotes keep blanks; whatever else a word holds, `#` and `\` too, it is.
 * @throws {Refusal} for a quote without an end.
 */
export function wordsOf(line: string): readonly Word[] {
  const words: Word[] = []
  for (let at = 0; at < line.length; ) {
    if (BLANK.test(line[at] as string)) at++
    else {
      const { word, next } = wordAt(line, at)
      words.push(word)
      at = next
    }
  }
  return words
}

/** A word that is whole as it stands, such as an argument of a program. */
function wholeWord(text: string): Word {
  return { text, equals: equalsIn(text), start: 0 }
}

/** The words of a program's arguments: the first may be a line, the others are words, whatever they hold. */
export function wordsOfArguments([first = '', ...rest]: readonly string[]): readonly Word[] {
  return [...wordsOf(first), ...rest.map(wholeWord)].filter(({ text }) => text !== '')
}
