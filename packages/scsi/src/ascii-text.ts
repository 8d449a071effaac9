import { checkArgument } from '@lunkit/wire'
import { TEXT } from './domains.ts'

const COMBINING_MARKS = /\p{Mark}/gu
const NOT_PRINTABLE = /[^ -~]/gu
/** Stands for a character that an ASCII data field cannot hold. */
const SUBSTITUTE = '_'

/**
 * A text as an ASCII data field can hold it (SPC-5, ASCII data field requirements: 20h to 7Eh and nothing else): letters lose
 * their accents, and what ASCII has no character for becomes one `_`, never the low byte of its code.
 * @throws {TypeError} for what is no text.
 */
export function asciiText(text: string): string {
  checkArgument('asciiText: text', text, TEXT)
  return text.normalize('NFKD').replace(COMBINING_MARKS, '').replace(NOT_PRINTABLE, SUBSTITUTE)
}

/**
 * Whether an ASCII data field can hold a text as it is.
 * @throws {TypeError} for what is no text.
 */
export function isAsciiText(text: string): boolean {
  checkArgument('isAsciiText: text', text, TEXT)
  return /^[ -~]*$/.test(text)
}
