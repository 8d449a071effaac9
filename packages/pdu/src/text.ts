import { checkArgument, checkOptions, flag, wholeNumber } from '@lunkit/wire'
import { TextError, TextLimitError } from './error.ts'
import { KEY_NAME_BYTES, LOGIN_TEXT_LIMITS, type TextLimits, VALUE_BYTES } from './limits.ts'
import { BYTES, TEXT, TEXT_LIMITS } from './text-domains.ts'

/** One `key=value`. */
export type TextPair = readonly [key: string, value: string]

/** RFC 7143 6.1: a standard label. It asks for a capital first, but the RFC itself has iSCSIProtocolLevel; 13.22 has #. */
const KEY_NAME = /^[A-Za-z][A-Za-z0-9.\-+@_#]*$/
const SHOWN_CHARACTERS = 80

const PAIR = {
  type: 'object',
  words: 'an array of two texts: [key, value]',
  has: (pair: unknown) => Array.isArray(pair) && pair.length === 2,
} as const
const ITERABLE = {
  type: 'object',
  words: 'an array, or another iterable, of pairs of texts: [[key, value], ...]',
  has: (pairs: object) => Symbol.iterator in pairs,
} as const
const SEGMENT_LENGTH = wholeNumber(1)

const shown = (text: string): string =>
  JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text)

/** A pair without its value, which may be the proof of who somebody is. */
const shownEntry = (entry: string): string => shown(entry.replace(/=.*/s, '=...'))

/**
 * The pairs of a whole text, in order, repeated keys included.
 * @throws {TextError} where the text breaks RFC 7143 6.1 or a limit. {TypeError} for what are no bytes, or no limits.
 */
export function decodeText(bytes: Uint8Array, limits: TextLimits = LOGIN_TEXT_LIMITS): TextPair[] {
  checkArgument('decodeText: bytes', bytes, BYTES)
  checkOptions('decodeText: limits', limits, TEXT_LIMITS)
  if (bytes.length > limits.textBytes)
    throw new TextLimitError(`text of ${bytes.length} bytes; at most ${limits.textBytes} are taken`)
  return pairsIn(bytes, limits)
}

function pairsIn(bytes: Uint8Array, limits: TextLimits): TextPair[] {
  const text = utf8(bytes)
  if (text !== '' && !text.endsWith('\0'))
    throw new TextError(`${shownEntry(text.slice(text.lastIndexOf('\0') + 1))} is not ended by a zero byte`)
  const pairs: TextPair[] = []
  for (const entry of text.split('\0')) {
    if (entry === '') continue
    if (pairs.length === limits.keys) throw new TextLimitError(`more than ${limits.keys} keys in one text`)
    pairs.push(decodePair(entry))
  }
  return pairs
}

/** Made once: making one takes longer than it takes to read a text. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(bytes: Uint8Array): string {
  try {
    // A TextDecoder does not read shared memory.
    return UTF8.decode(bytes.buffer instanceof SharedArrayBuffer ? new Uint8Array(bytes) : bytes)
  } catch {
    throw new TextError('the text is not UTF-8')
  }
}

function decodePair(entry: string): TextPair {
  const equals = entry.indexOf('=')
  if (equals < 0) throw new TextError(`${shown(entry)} has no "=" between key and value`)
  const key = entry.slice(0, equals)
  const value = entry.slice(equals + 1)
  checkKey(key)
  if (value.length > VALUE_BYTES)
    throw new TextError(`the value of ${key} has ${value.length} characters; at most ${VALUE_BYTES} are taken`)
  return [key, value]
}

function checkKey(key: string): void {
  if (key.length > KEY_NAME_BYTES) throw new TextError(`key ${shown(key)} is longer than ${KEY_NAME_BYTES} bytes`)
  if (!KEY_NAME.test(key))
    throw new TextError(`key ${shown(key)} is no key name: a letter, then letters, digits and . - + @ _ #`)
}

/**
 * The bytes of pairs, each ended by a zero byte.
 * @throws {TextError} for a key that is no key name, or a value with a zero byte in it.
 */
export function encodeText(pairs: Iterable<TextPair>): Uint8Array {
  checkArgument('encodeText: pairs', pairs, ITERABLE)
  let text = ''
  for (const pair of pairs) {
    checkArgument('a pair', pair, PAIR)
    text += encodePair(pair)
  }
  return Buffer.from(text, 'utf8')
}

function encodePair([key, value]: TextPair): string {
  checkArgument('a key', key, TEXT)
  checkKey(key)
  if (typeof value !== 'string') checkArgument(`the value of ${key}`, value, TEXT)
  if (value.includes('\0')) throw new TextError(`the value of ${key} has a zero byte in it`)
  return `${key}=${value}\0`
}

/** The pieces of a text for PDUs of at most so many bytes; all but the last go with the C bit set. */
export function splitText(text: Uint8Array, maxDataSegmentLength: number): Uint8Array[] {
  checkArgument('splitText: text', text, BYTES)
  checkArgument('maxDataSegmentLength', maxDataSegmentLength, SEGMENT_LENGTH)
  const pieces: Uint8Array[] = []
  for (let at = 0; at < text.length; at += maxDataSegmentLength)
    pieces.push(text.subarray(at, at + maxDataSegmentLength))
  return pieces.length > 0 ? pieces : [text]
}

/** Puts a text together that comes in several PDUs, RFC 7143 6.1 and 11.10.2. */
export class TextAssembler {
  readonly #limits: TextLimits
  #pieces: Buffer[] = []
  #lengthBytes = 0

  /** @throws {TypeError} or {RangeError} for limits that are none. */
  constructor(limits: TextLimits = LOGIN_TEXT_LIMITS) {
    checkOptions('TextAssembler: limits', limits, TEXT_LIMITS)
    this.#limits = limits
  }

  /** Whether a text has begun that is not at its end. */
  get begun(): boolean {
    return this.#pieces.length > 0
  }

  /**
   * Adds a PDU's data segment (copied); `continues` is its C bit. The pairs of the whole text with its last PDU, before
   * it undefined.
   * @throws {TextError} where the text breaks RFC 7143 6.1 or a limit.
   */
  add(data: Uint8Array, continues: boolean): TextPair[] | undefined {
    checkArgument('add: data', data, BYTES)
    checkArgument('add: continues', continues, flag)
    this.#lengthBytes += data.length
    if (this.#lengthBytes > this.#limits.textBytes)
      throw new TextLimitError(`text of more than ${this.#limits.textBytes} bytes in PDUs that continue each other`)
    if (continues) {
      this.#pieces.push(Buffer.from(data))
      return undefined
    }
    const whole = this.begun ? Buffer.concat([...this.#pieces, data]) : data
    this.#pieces = []
    this.#lengthBytes = 0
    return pairsIn(whole, this.#limits)
  }
}
