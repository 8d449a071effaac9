const COMBINING_MARKS = /\p{Mark}/gu
const NOT_PRINTABLE = /[^ -~]/gu
/** Stands for a character that an ASCII data field cannot hold. */
const SUBSTITUTE = '_'

/**
 * A text as an ASCII data field can hold it (SPC-5, ASCII data field requirements: 20h to 7Eh and nothing else): letters lose
 * their accents, and what ASCII has no character for becomes one `_`, never the low byte of its code.
 */
export function asciiText(text: string): string {
  return text.normalize('NFKD').replace(COMBINING_MARKS, '').replace(NOT_PRINTABLE, SUBSTITUTE)
}

/** Whether an ASCII data field can hold a text as it is. */
export const isAsciiText = (text: string): boolean => /^[ -~]*$/.test(text)
