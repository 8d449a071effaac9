import { byteArray, checkArgument, type Domain, flag, object, text, wholeBigint, wholeNumber } from './argument.ts'

/**
 * The kinds of field a layout is made of. Bytes and bits are numbered as RFC 7143 and the T10 standards draw them:
 * byte 0 is sent first, bit 7 is the most significant of its byte, numbers are big-endian.
 */

/** One field of a layout: where it lies, which bits are its own, how it is read and written. */
export interface Field<T> {
  /** First byte the field touches. */
  readonly byte: number
  /** One mask per byte touched, from `byte` on: a 1 for every bit that belongs to the field. */
  readonly mask: readonly number[]
  /** The values that it holds. `Layout.encode` checks them; a single setter trusts who calls it, on the way of a PDU. */
  readonly domain: Domain
  /** The names of a closed list's values, for trace lines. */
  readonly names?: Readonly<Record<string, number>>
  /**
   * How the field is read and written, as JavaScript over `view`, `at` and `value`: accessor classes are generated from
   * it, so that each layout has code of its own that V8 can inline. A field without it is reached by `get` and `set`.
   */
  readonly code?: FieldCode
  /** Reads the field of the structure that starts at byte `at` of `view`. */
  get(view: DataView, at: number): T
  /** Writes the field; bits outside the field's mask stay as they are. */
  set(view: DataView, at: number, value: T): void
}

/** An expression that reads a field of the structure at `at` in `view`, and statements that write `value` to it. */
export interface FieldCode {
  readonly read: string
  readonly write: string
}

/** The fields of a layout by name, in the order in which trace lines print them. */
export type Fields = Record<string, Field<unknown>>

/** What a composer lets a program write: every field by name. */
export type Values<F extends Fields> = { -readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** What a view lets a program read: every field by name. */
export type View<F extends Fields> = Readonly<Values<F>>

const TWO_TO_32 = 0x1_0000_0000
const LARGEST_U64 = 2n ** 64n - 1n
/** The upper word from which a 64-bit number is no longer exact as a double. */
const INEXACT_HIGH_WORD = 0x20_0000

const BYTE = wholeNumber(0, 0xffff)
const BIT = wholeNumber(0, 7)
const LENGTH_BYTES = wholeNumber(1, 0xffff)
const BITS: Domain = {
  type: 'object',
  words: 'an array of two bits from 7 to 0, [msb, lsb]',
  has: (range: unknown) =>
    Array.isArray(range) &&
    range.length === 2 &&
    range.every(bit => Number.isInteger(bit)) &&
    range[0] <= 7 &&
    range[0] >= range[1] &&
    range[1] >= 0,
}
const MORE_BYTES = wholeNumber(1, 2)
const NAMES = object('an object of numbers by name', names => Object.values(names).every(Number.isInteger))

/** Checked before anything is made of it: code is. */
function checkField(byte: number, names?: object): void {
  checkArgument('byte', byte, BYTE)
  if (names !== undefined) checkArgument('names', names, NAMES)
}

const whole = (lengthBytes: number): number[] => Array.from({ length: lengthBytes }, () => 0xff)

type Getter<T> = (view: DataView, at: number) => T
type Setter<T> = (view: DataView, at: number, value: T) => void
type Names = Readonly<Record<string, number>> | undefined
type Place = { byte: number; mask: number[]; domain: Domain; names?: Names }

/** A field whose `get` and `set` are compiled from its code when they are first called. */
function coded<T>(place: Place, code: FieldCode): Field<T> {
  let getter: Getter<T> | undefined
  let setter: Setter<T> | undefined
  const { byte, mask, domain, names } = place
  checkField(byte, names)
  return {
    byte,
    mask,
    domain,
    ...(names && { names }),
    code,
    get: (view, at) => {
      // oxlint-disable-next-line typescript/no-implied-eval -- made of the declarations in this file alone
      getter ??= new Function('view', 'at', `return ${code.read}`) as Getter<T>
      return getter(view, at)
    },
    set: (view, at, value) => {
      // oxlint-disable-next-line typescript/no-implied-eval -- made of the declarations in this file alone
      setter ??= new Function('view', 'at', 'value', code.write) as Setter<T>
      setter(view, at, value)
    },
  }
}

/** A field of whole bytes that DataView reads and writes by one method. */
const viewed = <T>(place: { byte: number; lengthBytes: number; names?: Names }, type: string): Field<T> => {
  const { byte, lengthBytes, names } = place
  const littleEndian = type.endsWith('LE')
  const [method, last] = littleEndian ? [type.slice(0, -2), ', true'] : [type, '']
  const domain = type === 'BigUint64' ? wholeBigint(LARGEST_U64) : wholeNumber(0, 256 ** lengthBytes - 1)
  return coded<T>(
    { byte, mask: whole(lengthBytes), domain, names },
    { read: `view.get${method}(at + ${byte}${last})`, write: `view.set${method}(at + ${byte}, value${last})` },
  )
}

/** An unsigned byte. `names` names the values of a closed list in trace lines. */
export const u8 = <E extends number = number>(byte: number, names?: Readonly<Record<string, E>>): Field<E> =>
  viewed<E>({ byte, lengthBytes: 1, names }, 'Uint8')

/** An unsigned 16-bit number. `names` names the values of a closed list in trace lines. */
export const u16 = <E extends number = number>(byte: number, names?: Readonly<Record<string, E>>): Field<E> =>
  viewed<E>({ byte, lengthBytes: 2, names }, 'Uint16')

/** An unsigned 32-bit number. */
export const u32 = (byte: number): Field<number> => viewed({ byte, lengthBytes: 4 }, 'Uint32')

/** An unsigned 32-bit number whose least significant byte is sent first, as iSCSI sends its digests. */
export const u32le = (byte: number): Field<number> => viewed({ byte, lengthBytes: 4 }, 'Uint32LE')

/** An unsigned 64-bit number as a bigint, for identifiers. */
export const u64 = (byte: number): Field<bigint> => viewed({ byte, lengthBytes: 8 }, 'BigUint64')

/** An unsigned 24-bit number. */
export const u24 = (byte: number): Field<number> => {
  checkField(byte)
  return coded(
    { byte, mask: whole(3), domain: wholeNumber(0, 0xff_ffff) },
    {
      read: `(view.getUint8(at + ${byte}) << 16) | view.getUint16(at + ${byte + 1})`,
      write: `view.setUint8(at + ${byte}, value >>> 16); view.setUint16(at + ${byte + 1}, value & 0xffff)`,
    },
  )
}

/** An unsigned 48-bit number, exact as a number. */
export const u48 = (byte: number): Field<number> => {
  checkField(byte)
  return coded(
    { byte, mask: whole(6), domain: wholeNumber(0, 2 ** 48 - 1) },
    {
      read: `view.getUint16(at + ${byte}) * ${TWO_TO_32} + view.getUint32(at + ${byte + 2})`,
      write: `view.setUint16(at + ${byte}, Math.floor(value / ${TWO_TO_32}));
              view.setUint32(at + ${byte + 2}, value % ${TWO_TO_32})`,
    },
  )
}

/**
 * A 64-bit count or block address as a number: exact below 2^53 (4 EiB of 512-byte blocks); anything larger reads as
 * Infinity, which every range check refuses.
 */
export const count64 = (byte: number): Field<number> => {
  checkField(byte)
  const high = `view.getUint32(at + ${byte})`
  return coded(
    { byte, mask: whole(8), domain: wholeNumber() },
    {
      read: `${high} < ${INEXACT_HIGH_WORD} ? ${high} * ${TWO_TO_32} + view.getUint32(at + ${byte + 4}) : Infinity`,
      write: `view.setUint32(at + ${byte}, Math.floor(value / ${TWO_TO_32}));
              view.setUint32(at + ${byte + 4}, value % ${TWO_TO_32})`,
    },
  )
}

/** A single bit. */
export const bit = (byte: number, position: number): Field<boolean> => {
  checkArgument('position', position, BIT)
  const mask = 1 << position
  const old = `view.getUint8(at + ${byte})`
  return coded(
    { byte, mask: [mask], domain: flag },
    {
      read: `(${old} & ${mask}) !== 0`,
      write: `view.setUint8(at + ${byte}, value ? ${old} | ${mask} : ${old} & ${0xff & ~mask})`,
    },
  )
}

/** Bits `msb` to `lsb` of one byte. `names` names the values of a closed list in trace lines. */
export const bits = <E extends number = number>(
  byte: number,
  range: readonly [msb: number, lsb: number],
  names?: Readonly<Record<string, E>>,
): Field<E> => {
  checkArgument('range', range, BITS)
  const [msb, lsb] = range
  const width = (1 << (msb - lsb + 1)) - 1
  const mask = width << lsb
  const old = `view.getUint8(at + ${byte})`
  return coded(
    { byte, mask: [mask], domain: wholeNumber(0, width), names },
    {
      read: `(${old} >> ${lsb}) & ${width}`,
      write: `view.setUint8(at + ${byte}, (${old} & ${0xff & ~mask}) | ((value & ${width}) << ${lsb}))`,
    },
  )
}

/**
 * An unsigned number whose top bits share their first byte with other fields: bits `msb`..0 of byte `byte`, then
 * `moreBytes` whole bytes (READ (6) has its 21-bit block address so).
 */
export const tail = (byte: number, msb: number, moreBytes: 1 | 2): Field<number> => {
  checkField(byte)
  checkArgument('msb', msb, BIT)
  checkArgument('moreBytes', moreBytes, MORE_BYTES)
  const width = (1 << (msb + 1)) - 1
  const shift = moreBytes * 8
  const old = `view.getUint8(at + ${byte})`
  return coded(
    { byte, mask: [width, ...whole(moreBytes)], domain: wholeNumber(0, (width + 1) * 256 ** moreBytes - 1) },
    {
      read: `((${old} & ${width}) << ${shift}) | view.getUint${shift}(at + ${byte + 1})`,
      write: `view.setUint8(at + ${byte}, (${old} & ${0xff & ~width}) | ((value >>> ${shift}) & ${width}));
              view.setUint${shift}(at + ${byte + 1}, value & ${moreBytes === 1 ? 0xff : 0xffff})`,
    },
  )
}

/** The first byte of a run, when there can be such a run. */
function run(byte: number, lengthBytes: number): number {
  checkField(byte)
  checkArgument('lengthBytes', lengthBytes, LENGTH_BYTES)
  return byte
}

/** A run of bytes, read as a window on the packet (not a copy); a shorter value than the field is padded with zeroes. */
export const bytes = (byte: number, lengthBytes: number): Field<Uint8Array> => ({
  byte: run(byte, lengthBytes),
  mask: whole(lengthBytes),
  domain: byteArray(0, lengthBytes),
  get: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at + byte, lengthBytes),
  set: (view, at, value) => {
    if (value.length > lengthBytes) throw new RangeError(`${value.length} bytes in a field of ${lengthBytes}`)
    const field = new Uint8Array(view.buffer, view.byteOffset + at + byte, lengthBytes)
    field.fill(0)
    field.set(value)
  },
})

const SPACE = 0x20

/** Left-aligned ASCII padded with spaces, as SPC-5 4.3.1 has it; a longer text is cut. Reads without the padding. */
export const ascii = (byte: number, lengthBytes: number): Field<string> => ({
  byte: run(byte, lengthBytes),
  mask: whole(lengthBytes),
  domain: text(),
  get: (view, at) => {
    let text = ''
    for (let i = 0; i < lengthBytes; i++) text += String.fromCharCode(view.getUint8(at + byte + i))
    return text.replace(/[ \0]+$/, '')
  },
  set: (view, at, value) => {
    for (let i = 0; i < lengthBytes; i++) {
      const code = i < value.length ? value.charCodeAt(i) : SPACE
      view.setUint8(at + byte + i, code >= SPACE && code < 0x7f ? code : SPACE)
    }
  },
})
