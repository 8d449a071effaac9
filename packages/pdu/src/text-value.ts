import { checkArgument, oneOf as oneOfValues } from '@lunkit/wire'
import { NAME_BYTES, VALUE_BYTES } from './limits.ts'
import { BYTES, TEXT } from './text-domains.ts'

/** How the value of a text key is read and written. */
export interface ValueKind<T> {
  /** What may be written, for documentation and messages. */
  readonly range: string
  /** The value, or undefined when the text is none of this kind. */
  parse(text: string): T | undefined
  format(value: T): string
}

/** RFC 7143 6.1: an unsigned decimal number without leading zeros, or a hexadecimal one after 0x. */
const NUMBER = /^(?:0|[1-9]\d*|0[xX][0-9a-fA-F]+)$/

/**
 * A number of RFC 7143 6.1, decimal or hexadecimal; undefined for anything else.
 * @throws {TypeError} for what is no text.
 */
export function parseNumber(text: string): number | undefined {
  checkArgument('parseNumber: text', text, TEXT)
  return NUMBER.test(text) ? Number(text) : undefined
}

const HEX = /^0[xX]([0-9a-fA-F]+)$/
const BASE64 = /^0[bB]((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?)$/

/**
 * A binary value of RFC 7143 6.1: hexadecimal after 0x or base64 after 0b; undefined for anything else.
 * @throws {TypeError} for what is no text.
 */
export function parseBinary(text: string): Uint8Array | undefined {
  checkArgument('parseBinary: text', text, TEXT)
  const digits = HEX.exec(text)?.[1]
  // An odd number of digits stands for a first byte below 0x10.
  if (digits !== undefined) return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  const base64 = BASE64.exec(text)?.[1]
  return base64 ? Buffer.from(base64, 'base64') : undefined
}

const BASE = oneOfValues(['hex', 'base64'])

/**
 * A binary value as text, hexadecimal or base64.
 * @throws {TypeError} or {RangeError} for what are no bytes, or another base.
 */
export function formatBinary(bytes: Uint8Array, base: 'hex' | 'base64' = 'hex'): string {
  checkArgument('formatBinary: bytes', bytes, BYTES)
  checkArgument('formatBinary: base', base, BASE)
  return `${base === 'hex' ? '0x' : '0b'}${Buffer.from(bytes).toString(base)}`
}

/** @internal Yes or No. */
export const yesNo: ValueKind<boolean> = {
  range: 'Yes or No',
  parse: text => (text === 'Yes' ? true : text === 'No' ? false : undefined),
  format: value => (value ? 'Yes' : 'No'),
}

/** @internal A number from `low` to `high`. */
export const numberFrom = (low: number, high: number): ValueKind<number> => ({
  range: `${low} to ${high}`,
  parse: text => {
    const value = parseNumber(text)
    return value !== undefined && value >= low && value <= high ? value : undefined
  },
  format: String,
})

/** @internal One word of a closed list. */
export const oneOf = <const T extends string>(words: readonly T[]): ValueKind<T> => ({
  range: words.join(', '),
  parse: text => words.find(word => word === text),
  format: value => value,
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
// oxlint-disable-next-line no-control-regex -- they are what it is about
const NO_NAME = /[\s\u0000-\u001f\u007f,]/

/** @internal An iSCSI name, RFC 7143 4.2.7: its type designator is not looked at, because names only have to be equal. */
export const iscsiName: ValueKind<string> = {
  range: `an iSCSI name of at most ${NAME_BYTES} bytes`,
  parse: text => (text.length > 0 && Buffer.byteLength(text) <= NAME_BYTES && !NO_NAME.test(text) ? text : undefined),
  format: value => value,
}

/** @internal Any text. */
export const anyText: ValueKind<string> = {
  range: `a text of at most ${VALUE_BYTES} bytes`,
  parse: text => (Buffer.byteLength(text) <= VALUE_BYTES ? text : undefined),
  format: value => value,
}
