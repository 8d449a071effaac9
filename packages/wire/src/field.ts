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
  /** The names of a closed list's values, for trace lines. */
  readonly names?: Readonly<Record<string, number>>
  /** Reads the field of the structure that starts at byte `at` of `view`. */
  get(view: DataView, at: number): T
  /** Writes the field; bits outside the field's mask stay as they are. */
  set(view: DataView, at: number, value: T): void
}

/** The fields of a layout by name, in the order in which trace lines print them. */
// biome-ignore lint/suspicious/noExplicitAny: a record of fields of every type; each keeps its own type at the use.
// oxlint-disable-next-line no-explicit-any -- as above
export type Fields = Record<string, Field<any>>

/** What a composer lets a program write: every field by name. */
export type Values<F extends Fields> = { -readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** What a view lets a program read: every field by name. */
export type View<F extends Fields> = Readonly<Values<F>>

const TWO_TO_32 = 0x1_0000_0000
/** The upper word from which a 64-bit number is no longer exact as a double. */
const INEXACT_HIGH_WORD = 0x20_0000

const whole = (lengthBytes: number): number[] => new Array<number>(lengthBytes).fill(0xff)

/** An unsigned byte. `names` names the values of a closed list in trace lines. */
export const u8 = <E extends number = number>(byte: number, names?: Readonly<Record<string, E>>): Field<E> => ({
  byte,
  mask: whole(1),
  ...(names && { names }),
  get: (view, at) => view.getUint8(at + byte) as E,
  set: (view, at, value) => view.setUint8(at + byte, value),
})

/** An unsigned 16-bit number. */
export const u16 = (byte: number): Field<number> => ({
  byte,
  mask: whole(2),
  get: (view, at) => view.getUint16(at + byte),
  set: (view, at, value) => view.setUint16(at + byte, value),
})

/** An unsigned 24-bit number. */
export const u24 = (byte: number): Field<number> => ({
  byte,
  mask: whole(3),
  get: (view, at) => (view.getUint8(at + byte) << 16) | view.getUint16(at + byte + 1),
  set: (view, at, value) => {
    view.setUint8(at + byte, value >>> 16)
    view.setUint16(at + byte + 1, value & 0xffff)
  },
})

/** An unsigned 32-bit number. */
export const u32 = (byte: number): Field<number> => ({
  byte,
  mask: whole(4),
  get: (view, at) => view.getUint32(at + byte),
  set: (view, at, value) => view.setUint32(at + byte, value),
})

/** An unsigned 48-bit number, exact as a number. */
export const u48 = (byte: number): Field<number> => ({
  byte,
  mask: whole(6),
  get: (view, at) => view.getUint16(at + byte) * TWO_TO_32 + view.getUint32(at + byte + 2),
  set: (view, at, value) => {
    view.setUint16(at + byte, Math.floor(value / TWO_TO_32))
    view.setUint32(at + byte + 2, value >>> 0)
  },
})

/** An unsigned 64-bit number as a bigint, for identifiers. */
export const u64 = (byte: number): Field<bigint> => ({
  byte,
  mask: whole(8),
  get: (view, at) => view.getBigUint64(at + byte),
  set: (view, at, value) => view.setBigUint64(at + byte, value),
})

/**
 * A 64-bit count or block address as a number: exact below 2^53 (4 EiB of 512-byte blocks); anything larger reads as
 * Infinity, which every range check refuses.
 */
export const count64 = (byte: number): Field<number> => ({
  byte,
  mask: whole(8),
  get: (view, at) => {
    const high = view.getUint32(at + byte)
    return high < INEXACT_HIGH_WORD ? high * TWO_TO_32 + view.getUint32(at + byte + 4) : Number.POSITIVE_INFINITY
  },
  set: (view, at, value) => {
    view.setUint32(at + byte, Math.floor(value / TWO_TO_32))
    view.setUint32(at + byte + 4, value >>> 0)
  },
})

/** A single bit. */
export const bit = (byte: number, position: number): Field<boolean> => {
  const mask = 1 << position
  return {
    byte,
    mask: [mask],
    get: (view, at) => (view.getUint8(at + byte) & mask) !== 0,
    set: (view, at, value) => {
      const other = view.getUint8(at + byte) & ~mask
      view.setUint8(at + byte, value ? other | mask : other)
    },
  }
}

/** Bits `msb` to `lsb` of one byte. `names` names the values of a closed list in trace lines. */
export const bits = <E extends number = number>(
  byte: number,
  [msb, lsb]: readonly [msb: number, lsb: number],
  names?: Readonly<Record<string, E>>,
): Field<E> => {
  const width = (1 << (msb - lsb + 1)) - 1
  const mask = width << lsb
  return {
    byte,
    mask: [mask],
    ...(names && { names }),
    get: (view, at) => ((view.getUint8(at + byte) >> lsb) & width) as E,
    set: (view, at, value) => view.setUint8(at + byte, (view.getUint8(at + byte) & ~mask) | ((value & width) << lsb)),
  }
}

/**
 * An unsigned number whose top bits share their first byte with other fields: bits `msb`..0 of byte `byte`, then
 * `moreBytes` whole bytes (READ (6) has its 21-bit block address so).
 */
export const tail = (byte: number, msb: number, moreBytes: 1 | 2): Field<number> => {
  const width = (1 << (msb + 1)) - 1
  const shift = moreBytes * 8
  return {
    byte,
    mask: [width, ...whole(moreBytes)],
    get: (view, at) => {
      const rest = moreBytes === 1 ? view.getUint8(at + byte + 1) : view.getUint16(at + byte + 1)
      return ((view.getUint8(at + byte) & width) << shift) | rest
    },
    set: (view, at, value) => {
      view.setUint8(at + byte, (view.getUint8(at + byte) & ~width) | ((value >>> shift) & width))
      if (moreBytes === 1) view.setUint8(at + byte + 1, value & 0xff)
      else view.setUint16(at + byte + 1, value & 0xffff)
    },
  }
}

/** A run of bytes, read as a window on the packet (not a copy); a shorter value than the field is padded with zeroes. */
export const bytes = (byte: number, lengthBytes: number): Field<Uint8Array> => ({
  byte,
  mask: whole(lengthBytes),
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
  byte,
  mask: whole(lengthBytes),
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
