import { checkArgument } from '@lunkit/wire'
import { keyOf } from './keys.ts'
import { NAME_BYTES } from './limits.ts'
import { TEXT } from './text-domains.ts'

/** What may stand in a sentence as it is: no spaces, no quotes, nothing that is not seen or changes what is seen. */
const PLAIN = /^[^\s"\\\p{C}\p{Z}]+$/u
/** What JSON leaves as it is and nobody sees. */
const UNSEEN = /(?! )[\p{C}\p{Z}]/gu

/**
 * A text of the peer's as it may stand in a message: of 223 characters at most, as the longest name has, and in quotes with all that is not
 * seen escaped where it is not one word.
 * @throws {TypeError} for what is no text.
 */
export function saidText(text: string): string {
  checkArgument('saidText: text', text, TEXT)
  const cut = text.length > NAME_BYTES ? `${text.slice(0, NAME_BYTES)}...` : text
  return PLAIN.test(cut) ? cut : JSON.stringify(cut).replace(UNSEEN, escaped)
}

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('')

/**
 * A pair of the peer's for a message. The value is left out where it may prove who somebody is: of CHAP all but the algorithms, and of keys
 * that RFC 7143 does not know.
 * @throws {TypeError} for what are no texts.
 */
export function saidPair(name: string, value: string): string {
  checkArgument('saidPair: name', name, TEXT)
  checkArgument('saidPair: value', value, TEXT)
  const rule = keyOf(name)?.rule
  const isSecret = rule === undefined || (name.startsWith('CHAP_') && name !== 'CHAP_A')
  return `${name}=${isSecret ? '...' : saidText(value)}`
}
