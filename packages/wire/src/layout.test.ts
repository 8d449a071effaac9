import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ascii,
  bit,
  bits,
  bytes,
  count64,
  dataView,
  type Field,
  type Fields,
  LayoutError,
  layout,
  reservedBit,
  tail,
  u8,
  u16,
  u24,
  u32,
  u32le,
  u48,
  u64,
} from './index.ts'

const Shape = { round: 1, square: 2 } as const

/** A field of every kind, with the range of its values. */
const kinds: [name: string, field: Field<unknown>, values: fc.Arbitrary<unknown>][] = [
  ['u8', u8(1), fc.integer({ min: 0, max: 0xff })],
  ['u16', u16(1), fc.integer({ min: 0, max: 0xffff })],
  ['u24', u24(1), fc.integer({ min: 0, max: 0xff_ffff })],
  ['u32', u32(1), fc.integer({ min: 0, max: 0xffff_ffff })],
  ['u32le', u32le(1), fc.integer({ min: 0, max: 0xffff_ffff })],
  ['u48', u48(1), fc.integer({ min: 0, max: 2 ** 48 - 1 })],
  ['u64', u64(1), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  ['count64', count64(1), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })],
  ['bit', bit(1, 3), fc.boolean()],
  ['bits', bits(1, [5, 2]), fc.integer({ min: 0, max: 15 })],
  ['tail of 13 bits', tail(1, 4, 1), fc.integer({ min: 0, max: 0x1fff })],
  ['tail of 21 bits', tail(1, 4, 2), fc.integer({ min: 0, max: 0x1f_ffff })],
  ['bytes', bytes(1, 5), fc.uint8Array({ minLength: 5, maxLength: 5 })],
  ['ascii', ascii(1, 8), fc.stringMatching(/^[!-~]{0,8}$/)],
]

const SIZE = 12

describe('a field', () => {
  it.each(kinds)('of kind %s reads back what was written, through the layout and by itself', (_, field, values) => {
    const Lone = layout({ name: 'lone', spec: 'none', size: SIZE, fields: { field } })
    fc.assert(
      fc.property(values, value => {
        const view = dataView(new Uint8Array(SIZE + 3))
        Lone.compose(view, 3).field = value
        expect(Lone.view(view, 3).field).toEqual(value)
        expect(field.get(view, 3)).toEqual(value)
        field.set(view, 3, value)
        expect(Lone.view(view, 3).field).toEqual(value)
      }),
    )
  })

  it.each(kinds)('of kind %s leaves all bits alone that are not its own', (_, field, values) => {
    fc.assert(
      fc.property(values, fc.uint8Array({ minLength: SIZE, maxLength: SIZE }), (value, before) => {
        const after = Uint8Array.from(before)
        field.set(dataView(after), 0, value)
        const own = (i: number) => field.mask[i - field.byte] ?? 0
        expect(after.map((byte, i) => byte & ~own(i))).toEqual(before.map((byte, i) => byte & ~own(i)))
      }),
    )
  })

  it.each([
    ['u16', u16(0), 0x1234, '1234'],
    ['u24', u24(0), 0x123456, '123456'],
    ['u32', u32(0), 0xdeadbeef, 'deadbeef'],
    ['u32le', u32le(0), 0xdeadbeef, 'efbeadde'],
    ['u48', u48(0), 0x0102_0304_0506, '010203040506'],
    ['u64', u64(0), 0x0102_0304_0506_0708n, '0102030405060708'],
    ['count64', count64(0), 2 ** 32 + 1, '0000000100000001'],
    ['bit 7', bit(0, 7), true, '80'],
    ['bits 6 to 4', bits(0, [6, 4]), 5, '50'],
    ['tail', tail(0, 4, 2), 0x12_3456, '123456'],
    ['bytes, shorter than the field', bytes(0, 4), Uint8Array.of(1, 2), '01020000'],
    ['ascii, padded with spaces', ascii(0, 8), 'LIO-ORG', '4c494f2d4f524720'],
    ['ascii, cut', ascii(0, 3), 'LIO-ORG', '4c494f'],
    ['ascii, without what is not ASCII', ascii(0, 3), 'a\u00e9b', '612062'],
  ] as [string, Field<unknown>, unknown, string][])('is big-endian and msb first: %s', (_, field, value, hex) => {
    const out = new Uint8Array(hex.length / 2)
    field.set(dataView(out), 0, value)
    expect(Buffer.from(out).toString('hex')).toBe(hex)
  })

  it('reads a count beyond 2^53 as Infinity, which no range check lets through', () => {
    const at2to53 = dataView(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0))
    const below = dataView(Uint8Array.of(0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))
    expect(count64(0).get(at2to53, 0)).toBe(Number.POSITIVE_INFINITY)
    expect(count64(0).get(below, 0)).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('refuses more bytes than it has', () => {
    expect(() => bytes(0, 2).set(dataView(new Uint8Array(4)), 0, new Uint8Array(3))).toThrow('3 bytes in a field of 2')
  })
})

describe('layout', () => {
  const Example = layout({
    name: 'Example',
    spec: 'none',
    size: 11,
    fields: { kind: u8(0, Shape), flag: bit(1, 7), level: bits(1, [2, 0]), length: u24(4), name: bytes(8, 2) },
    initial: { kind: Shape.square, flag: true },
  })

  it('composes from zeroes and what is always set', () => {
    const memory = new Uint8Array(16).fill(0xff)
    const out = Example.compose(dataView(memory), 2)
    out.length = 0x010203
    expect(Buffer.from(memory).toString('hex')).toBe('ffff02800000010203000000' + '00ffffff')
  })

  it('composes structures of any size from zeroes', () => {
    for (let size = 1; size < 40; size++) {
      const memory = new Uint8Array(size + 2).fill(0xff)
      layout({ name: 'any', spec: 'none', size, fields: {} }).compose(dataView(memory), 1)
      expect([...memory]).toEqual([0xff, ...new Uint8Array(size), 0xff])
    }
  })

  it('encodes a structure from values', () => {
    expect(Buffer.from(Example.encode({ level: 5, name: Uint8Array.of(1, 2) })).toString('hex')).toBe(
      '0285000000000000010200',
    )
  })

  it('reads where the bytes lie: a view sees later changes', () => {
    const memory = new Uint8Array(11)
    const view = Example.view(dataView(memory))
    memory[6] = 9
    expect(view.length).toBe(9)
  })

  it('starts at byte 0 when no place is given, at its first use and later', () => {
    const Fresh = layout({ name: 'fresh', spec: 'none', size: 2, fields: { value: u16(0) } })
    const copy = { ...Fresh }
    const memory = dataView(Uint8Array.of(1, 2))
    expect([copy.view(memory).value, copy.view(memory).value, Fresh.view(memory).value]).toEqual([0x102, 0x102, 0x102])
    copy.compose(memory).value = 3
    expect(Fresh.view(memory).value).toBe(3)
  })

  it.each([{ name: '' }, { spec: '' }, { size: -1 }, { size: 0.5 }])(
    'is none without a name, its clause, or a size: %o',
    wrong => {
      expect(() => layout({ name: 'Bad', spec: 'none', size: 0, fields: {}, ...wrong })).toThrow(TypeError)
      expect(layout({ name: 'Empty', spec: 'none', size: 0, fields: {} }).size).toBe(0)
    },
  )

  it('refuses fields that share a bit', () => {
    const make = (fields: Fields) => () => layout({ name: 'Bad', spec: 'none', size: 4, fields })
    expect(make({ a: u16(0), b: bit(1, 0) })).toThrow(new LayoutError('Bad.b overlaps another field in byte 1'))
    expect(make({ a: bits(0, [7, 4]), b: bits(0, [3, 0]) })).not.toThrow()
  })

  it('refuses a field that runs past the end', () => {
    expect(() => layout({ name: 'Bad', spec: 'none', size: 4, fields: { a: u32(1) } })).toThrow(
      new LayoutError('Bad.a runs past byte 3'),
    )
  })

  it('knows its reserved bits, and the first of them that is set', () => {
    expect(Buffer.from(Example.declared).toString('hex')).toBe('ff870000ffffff00ffff00')
    const memory = Example.encode({})
    expect(reservedBit(Example, dataView(memory))).toBeUndefined()
    memory[1] = 0x28
    expect(reservedBit(Example, dataView(memory))).toEqual({ byte: 1, bit: 5 })
  })

  it('takes fields that have no code of their own', () => {
    const { code: _, ...plain } = u16(0)
    const Plain = layout({ name: 'plain', spec: 'none', size: 2, fields: { plain } })
    expect(Plain.view(dataView(Plain.encode({ plain: 0x1234 }))).plain).toBe(0x1234)
  })

  it('views shared memory too', () => {
    const memory = new Uint8Array(new SharedArrayBuffer(11))
    Example.compose(dataView(memory)).length = 7
    expect(Example.view(dataView(memory)).length).toBe(7)
  })
})

describe('what is encoded', () => {
  const Fields = layout({
    name: 'Example',
    spec: 'Example 1',
    size: 24,
    fields: { kind: u8(0), on: bit(1, 7), few: bits(1, [3, 0]), lba: count64(8), tag: u64(16) },
  })

  it.each([
    [{ kind: NaN }, 'Example: kind is NaN; right is a whole number from 0 to 255'],
    [{ kind: 256 }, 'Example: kind is 256; right is a whole number from 0 to 255'],
    [{ on: 1 }, 'Example: on is 1; right is true or false'],
    [{ few: 16 }, 'Example: few is 16; right is a whole number from 0 to 15'],
    [{ lba: 2 ** 53 }, 'Example: lba is 9007199254740992; right is a whole number from 0 to 9007199254740991'],
    [{ lba: 1.7 }, 'Example: lba is 1.7; right is a whole number from 0 to 9007199254740991'],
    [{ tag: 5 }, 'Example: tag is 5; right is a bigint from 0n to 18446744073709551615n'],
  ])('is refused when its field does not hold it: %o', (values, message) => {
    expect(() => Fields.encode(values as object)).toThrow(message)
  })
})
