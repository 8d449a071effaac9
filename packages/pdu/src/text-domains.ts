import { byteArray, type Domain, type OptionDomains, required, text, wholeNumber } from '@lunkit/wire'

/** Any text. */
export const TEXT: Domain = text()
/** Any bytes. */
export const BYTES: Domain = byteArray()
/** What bounds a text. */
export const TEXT_LIMITS: OptionDomains = { textBytes: required(wholeNumber()), keys: required(wholeNumber()) }

const isPair = (pair: unknown): boolean =>
  Array.isArray(pair) && pair.length === 2 && pair.every(part => typeof part === 'string')
/** The pairs of a text, in order. */
export const PAIRS: Domain = {
  type: 'object',
  words: 'an array of pairs of texts: [[key, value], ...]',
  has: (pairs: unknown) => Array.isArray(pairs) && pairs.every(isPair),
}
