import { describe, expect, it } from 'vitest'
import { Buddy } from './buddy.ts'
import {
  arrayOf,
  ascii,
  bit,
  bits,
  byteArray,
  bytes,
  checkArgument,
  checkValues,
  count64,
  type Domain,
  dataView,
  type Field,
  LARGEST_SLOT_BYTES,
  layout,
  object,
  oneOf,
  POISON,
  reservedBit,
  Slab,
  SMALLEST_SLOT_BYTES,
  tail,
  text,
  traceLine,
  u8,
  u16,
  u24,
  u32,
  u32le,
  u48,
  u64,
  wholeBigint,
  wholeNumber,
} from './index.ts'

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const has = (domain: Domain, value: unknown): boolean => {
  try {
    checkArgument('it', value, domain)
    return true
  } catch {
    return false
  }
}

describe('a field', () => {
  it.each<[name: string, field: Field<unknown>, declared: string, most: number | bigint, beyond: number | bigint]>([
    ['u8', u8(1), '00ff0000000000000000', 255, 256],
    ['u16', u16(1), '00ffff00000000000000', 65_535, 65_536],
    ['u24', u24(1), '00ffffff000000000000', 0xff_ffff, 0x100_0000],
    ['u32', u32(1), '00ffffffff0000000000', 0xffff_ffff, 0x1_0000_0000],
    ['u32le', u32le(1), '00ffffffff0000000000', 0xffff_ffff, 0x1_0000_0000],
    ['u48', u48(1), '00ffffffffffff000000', 2 ** 48 - 1, 2 ** 48],
    ['u64', u64(1), '00ffffffffffffffff00', 2n ** 64n - 1n, 2n ** 64n],
    ['count64', count64(1), '00ffffffffffffffff00', 2 ** 53 - 1, 2 ** 53],
    ['bits', bits(1, [5, 2]), '003c0000000000000000', 15, 16],
    ['one of bits', bits(1, [3, 3]), '00080000000000000000', 1, 2],
    ['all bits', bits(1, [7, 0]), '00ff0000000000000000', 255, 256],
    ['tail of 2 bytes', tail(1, 4, 1), '001fff00000000000000', 0x1fff, 0x2000],
    ['tail of 3 bytes', tail(1, 7, 2), '00ffffff000000000000', 0xff_ffff, 0x100_0000],
    ['tail of 9 bits', tail(1, 0, 1), '0001ff00000000000000', 0x1ff, 0x200],
  ])(
    'of kind %s holds its largest number and no larger one, in bits of its own',
    (_, field, declared, most, beyond) => {
      const Lone = layout({ name: 'lone', spec: 'none', size: 10, fields: { field } })
      expect(hex(Lone.declared)).toBe(declared)
      expect(Lone.view(dataView(Lone.encode({ field: most }))).field).toEqual(most)
      expect(() => Lone.encode({ field: beyond })).toThrow(RangeError)
      expect(Lone.view(dataView(Lone.encode({ field: typeof most === 'bigint' ? 0n : 0 }))).field).toEqual(
        typeof most === 'bigint' ? 0n : 0,
      )
    },
  )

  it('may lie as far back as a PDU reaches, and be as long', () => {
    expect(bit(65_535, 7)).toMatchObject({ byte: 65_535, mask: [128] })
    expect(bit(0, 0)).toMatchObject({ byte: 0, mask: [1] })
    expect(bytes(65_535, 65_535).mask).toHaveLength(65_535)
    expect(ascii(0, 1).mask).toEqual([255])
    expect(u64(65_535).byte).toBe(65_535)
  })

  it('that counts in 64 bits is exact as far as a number is', () => {
    const read = (value: string) => count64(0).get(dataView(Buffer.from(value, 'hex')), 0)
    expect(read('001fffffffffffff')).toBe(Number.MAX_SAFE_INTEGER)
    expect(read('0020000000000000')).toBe(Infinity)
    expect(read('ffffffffffffffff')).toBe(Infinity)
  })

  it('of ASCII holds what can be printed, and spaces for the rest', () => {
    const out = new Uint8Array(6)
    ascii(0, 6).set(dataView(out), 0, ' ~\u001f\u007f')
    expect(hex(out)).toBe('207e20202020')
    expect(ascii(0, 4).get(dataView(Buffer.from('a \0 ', 'latin1')), 0)).toBe('a')
  })

  it('of bytes is overwritten whole by fewer, and takes no more than it has', () => {
    const out = new Uint8Array(4).fill(0xff)
    bytes(0, 4).set(dataView(out), 0, Uint8Array.of(1, 2))
    expect(hex(out)).toBe('01020000')
    bytes(0, 4).set(dataView(out), 0, Uint8Array.of(1, 2, 3, 4))
    expect(hex(out)).toBe('01020304')
    expect(
      hex(layout({ name: 'a', spec: 'b', size: 2, fields: { c: bytes(0, 2) } }).encode({ c: new Uint8Array(0) })),
    ).toBe('0000')
    expect(() => bytes(0, 4).set(dataView(out), 0, new Uint8Array(5))).toThrow('5 bytes in a field of 4')
  })
})

describe('a layout', () => {
  it.each(Array.from({ length: 26 }, (_, size) => size))('of %i bytes is zeroed in all of them and no more', size => {
    const Empty = layout({ name: 'empty', spec: 'none', size, fields: {} })
    const memory = new Uint8Array(40).fill(0xff)
    Empty.compose(dataView(memory), 7)
    expect(hex(memory)).toBe('ff'.repeat(7) + '00'.repeat(size) + 'ff'.repeat(33 - size))
    expect(Empty.encode({})).toHaveLength(size)
  })

  it('passes over values of no field, also by the names that every object has', () => {
    const One = layout({ name: 'one', spec: 'none', size: 1, fields: { value: u8(0) } })
    expect(() => checkValues(One, { constructor: 1, other: 2, value: 3 })).not.toThrow()
    expect(() => checkValues(One, { value: 256 })).toThrow('one: value is 256; right is a whole number from 0 to 255')
    expect(() => One.encode({ constructor: 1 } as object)).toThrow('one has no field "constructor"; there are value')
  })

  it('leaves zero what is given as undefined', () => {
    const Two = layout({ name: 'two', spec: 'none', size: 2, fields: { a: u8(0), b: u8(1) } })
    const values: { a?: number | undefined; b: number } = { a: undefined, b: 2 }
    expect(hex(Two.encode(values as { b: number }))).toBe('0002')
  })

  it('lies at the start where no other place is said', () => {
    const One = layout({ name: 'one', spec: 'none', size: 2, fields: { value: u8(1) } })
    const memory = new Uint8Array(4).fill(0xff)
    One.compose(dataView(memory)).value = 5
    expect([hex(memory), One.view(dataView(memory)).value]).toEqual(['0005ffff', 5])
  })

  it('has a field in its last byte, and none behind it, and no bit twice', () => {
    const of = (fields: Record<string, Field<unknown>>) => layout({ name: 'A', spec: 'none', size: 4, fields })
    expect(hex(of({ a: u24(0), b: bits(3, [7, 1]), c: bit(3, 0) }).declared)).toBe('ffffffff')
    expect(() => of({ a: u16(3) })).toThrow('A.a runs past byte 3')
    expect(() => of({ a: bits(3, [7, 1]), b: bit(3, 1) })).toThrow('A.b overlaps another field in byte 3')
  })

  it('finds the first reserved bit that is set, wherever the structure lies', () => {
    const Half = layout({ name: 'half', spec: 'none', size: 2, fields: { a: bits(0, [3, 0]), b: u8(1) } })
    const at = (value: string, place?: number) => reservedBit(Half, dataView(Buffer.from(value, 'hex')), place)
    expect([at('0fff'), at('8000'), at('1f00'), at('f00000', 1), at('00c0ff', 1)]).toEqual([
      undefined,
      { byte: 0, bit: 7 },
      { byte: 0, bit: 4 },
      undefined,
      { byte: 0, bit: 7 },
    ])
    const Open = layout({ name: 'open', spec: 'none', size: 2, fields: {} })
    expect(reservedBit(Open, dataView(Uint8Array.of(0, 1)))).toEqual({ byte: 1, bit: 0 })
  })
})

describe('a trace line', () => {
  it('shows up to 32 bytes whole', () => {
    const line = (length: number) => {
      const Run = layout({ name: 'run', spec: 'none', size: length, fields: { data: bytes(0, length) } })
      return traceLine(Run, dataView(new Uint8Array(length)))
    }
    expect(line(32)).toBe(`run data=${'00'.repeat(32)}`)
    expect(line(33)).toBe(`run data=${'00'.repeat(32)}...(33)`)
  })
})

describe('a domain', () => {
  it('may have one value alone', () => {
    expect([3, 4].map(value => has(wholeNumber(3, 3), value))).toEqual([true, false])
    expect([0n, 1n].map(value => has(wholeBigint(0n), value))).toEqual([true, false])
    expect(['a', 'b'].map(value => has(oneOf(['a']), value))).toEqual([true, false])
    expect([10, 11].map(value => has(oneOf([10]), value))).toEqual([true, false])
    expect(has(byteArray(2, 2), new Uint8Array(2))).toBe(true)
    expect([-1, 0].map(value => has(wholeNumber(-1, 0), value))).toEqual([true, true])
  })

  it.each<[Domain, string]>([
    [byteArray(), 'a Uint8Array'],
    [byteArray(0, 5), 'a Uint8Array of 0 to 5 bytes'],
    [byteArray(1), 'a Uint8Array of 1 to 9007199254740991 bytes'],
    [byteArray(6, 6), 'a Uint8Array of 6 bytes'],
    [oneOf(['a', 'b']), 'one of "a", "b"'],
    [arrayOf(text('a name')), 'an array, each of it a name'],
    [arrayOf(text(), 'of names'), 'an array, of names'],
    [wholeNumber(), 'a whole number from 0 to 9007199254740991'],
  ])('%# says what is right', (domain, words) => {
    expect(domain.words).toBe(words)
  })

  it('of arrays has none with null or with what is of another type in it', () => {
    expect([[], [{}], [null], ['a'], [{}, 1], {}].map(value => has(arrayOf(object()), value))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ])
  })
})

describe('transfer memory', () => {
  it('is of pages and pieces of the sizes that lanes and transfers count on', () => {
    expect([SMALLEST_SLOT_BYTES, LARGEST_SLOT_BYTES, POISON]).toEqual([4096, 262_144, 0xdb])
    expect([0, 1, 262_144, 262_145, 16_777_216].map(sizeBytes => new Slab({ sizeBytes }).sizeBytes)).toEqual([
      262_144, 262_144, 262_144, 524_288, 16_777_216,
    ])
  })

  it('is not overwritten where nobody wants it', () => {
    const slot = new Slab({ sizeBytes: 1 }).take(1)
    slot?.bytes.fill(7)
    slot?.release()
    expect(slot?.bytes[0]).toBe(7)
  })

  it('may be one unit', () => {
    const buddy = new Buddy(1, 0)
    expect([buddy.isFree(0), buddy.take(0), buddy.take(0), buddy.isFree(0)]).toEqual([true, 0, undefined, false])
    buddy.release(0, 0)
    expect(buddy.take(0)).toBe(0)
  })
})
