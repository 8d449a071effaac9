import { checkArgument } from '@lunkit/wire'
import { CHAP_BINARY_BYTES } from '../limits.ts'
import { TEXT } from '../text-domains.ts'
import { parseBinary, parseNumber } from '../text-value.ts'

/** A value of one of CHAP's keys that RFC 7143 12.1.3 does not allow. It never has the value itself in its message. */
export class ChapValueError extends RangeError {
  override readonly name = 'ChapValueError'
}

/** Hexadecimal is the longer one: two characters stand for a byte, after 0x. */
const BINARY_CHARACTERS = 2 + 2 * CHAP_BINARY_BYTES

/**
 * The bytes of CHAP_C or CHAP_R, written as hexadecimal after 0x or base64 after 0b; formatBinary() writes them.
 * @throws {ChapValueError} for what is neither, has no bytes or more than the 1024 of RFC 7143 12.1.3. {TypeError} for
 * what is no text.
 */
export function parseChapBinary(text: string): Uint8Array {
  checkArgument('parseChapBinary: text', text, TEXT)
  const bytes = text.length > BINARY_CHARACTERS ? undefined : parseBinary(text)
  if (bytes && bytes.length <= CHAP_BINARY_BYTES) return bytes
  const length = `of 1 to ${CHAP_BINARY_BYTES} bytes`
  throw new ChapValueError(`no binary value ${length}, as hexadecimal after 0x or base64 after 0b`)
}

/**
 * The number of CHAP_I, from 0 to 255.
 * @throws {ChapValueError} for what is none. {TypeError} for what is no text.
 */
export function parseChapIdentifier(text: string): number {
  checkArgument('parseChapIdentifier: text', text, TEXT)
  const number = parseNumber(text)
  if (number !== undefined && number <= 255) return number
  throw new ChapValueError('no identifier from 0 to 255')
}

/**
 * The numbers of a list in CHAP_A, in the order of preference; those that stand for no algorithm are among them.
 * @throws {ChapValueError} for what is no list of numbers. {TypeError} for what is no text.
 */
export function parseChapAlgorithms(text: string): number[] {
  checkArgument('parseChapAlgorithms: text', text, TEXT)
  return text.split(',').map(word => {
    const number = parseNumber(word)
    if (number === undefined) throw new ChapValueError('no list of numbers of algorithms')
    return number
  })
}
