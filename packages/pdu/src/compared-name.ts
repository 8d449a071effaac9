import { checkArgument } from '@lunkit/wire'
import { TEXT } from './text-domains.ts'

/** What RFC 3454 table B.1 maps to nothing. */
const MAPPED_TO_NOTHING =
  /[\u{1806}\u{200b}-\u{200d}\u{2060}\u{feff}\u{ad}]|\u{34f}|\u{180b}|\u{180c}|\u{180d}|[\u{fe00}-\u{fe0f}]/gu
const ASCII = /^[ -~]*$/
/** It has no case by the standard, and JavaScript would make it an i. */
const DOTLESS_I = '\u0131'

/**
 * An iSCSI name in the one form in which names are compared (RFC 7143 4.2.7.2, RFC 3722): what is not seen is left out,
 * case is folded, and spellings of one letter (composed, full width) are one. Also for eui. and naa. names.
 * @throws {TypeError} for what is no text.
 */
export function comparedName(name: string): string {
  checkArgument('comparedName: name', name, TEXT)
  if (ASCII.test(name)) return name.toLowerCase()
  const seen = name.replace(MAPPED_TO_NOTHING, '')
  // Twice, as table B.2 was made: what normalization brings forth may have a case, as the full-width letters do.
  return foldCase(foldCase(seen).normalize('NFKC')).normalize('NFKC')
}

/** Folds letter by letter, so that a sigma at the end of a word is like any other, and by way of capitals: ß is ss. */
function foldCase(text: string): string {
  let folded = ''
  for (const letter of text) {
    if (letter === DOTLESS_I) folded += letter
    else for (const capital of letter.toLowerCase().toUpperCase()) folded += capital.toLowerCase()
  }
  return folded
}
