import { bit, bits, dataView, LayoutError, u8, u16 } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cdb, cdbLength, hint, ignored, mustBeZero, refusing, serviceActionOf, strayBit } from './cdb.ts'

const Example = cdb({
  name: 'EXAMPLE',
  spec: 'none',
  opcode: 0x9e,
  serviceAction: 0x12,
  size: 10,
  fields: {
    protect: mustBeZero(bits(2, [7, 5])),
    dpo: hint(bit(2, 4)),
    fua: bit(2, 3),
    old: ignored(bit(2, 1)),
    length: u16(7),
  },
})

const raw = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

describe('a CDB', () => {
  it('is composed with its operation code and service action', () => {
    expect(Buffer.from(Example.encode({ fua: true, length: 0x1234 })).toString('hex')).toBe('9e120800000000123400')
  })

  it('is read where it lies', () => {
    const { fua, length } = Example.view(dataView(raw('ff9e120800000000123400')), 1)
    expect({ fua, length }).toEqual({ fua: true, length: 0x1234 })
  })

  it('counts evaluated fields and hints in its usage map, beside operation code and service action', () => {
    expect(Buffer.from(Example.usage).toString('hex')).toBe('9e121800000000ffff00')
  })

  it.each([
    ['a field that must be zero', '9e12a000000000000000', { byte: 2, bit: 7 }],
    ['the lower bit of one', '9e122000000000000000', { byte: 2, bit: 5 }],
    ['a reserved bit', '9e120000000100000000', { byte: 5, bit: 0 }],
    ['a reserved bit beside the service action', '9e920000000000000000', { byte: 1, bit: 7 }],
    ['NACA', '9e120000000000000004', { byte: 9, bit: 2 }],
    ['an obsolete bit of CONTROL', '9e120000000000000001', { byte: 9, bit: 0 }],
  ])('refuses %s, and says where', (_what, hex, place) => {
    expect(strayBit(Example, raw(hex))).toEqual(place)
  })

  it('accepts hints, ignored fields, and the vendor specific bits of CONTROL', () => {
    expect(strayBit(Example, raw('9e121a000000001234c0'))).toBeUndefined()
  })

  it('can refuse fields that it takes elsewhere', () => {
    const maps = refusing(Example, ['dpo', 'fua', 'no such field'])
    expect(strayBit(maps, raw('9e120800000000000000'))).toEqual({ byte: 2, bit: 3 })
    expect(Buffer.from(maps.usage).toString('hex')).toBe('9e120000000000ffff00')
    expect(strayBit(Example, raw('9e120800000000000000'))).toBeUndefined()
  })

  it('cannot have a field over its operation code', () => {
    const spec = { name: 'BAD', spec: 'none', opcode: 1, size: 6 } as const
    expect(() => cdb({ ...spec, fields: { over: u8(0) } })).toThrow(LayoutError)
  })

  it('whatever its bytes are clean, or have a stray bit that is set', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes => {
        const stray = strayBit(Example, bytes)
        expect(stray ? ((bytes[stray.byte] as number) >> stray.bit) & 1 : 1).toBe(1)
      }),
    )
  })
})

describe('an operation code', () => {
  it.each([
    [0x1f, 6],
    [0x20, 10],
    [0x5f, 10],
    [0x7f, undefined],
    [0x80, 16],
    [0xa0, 12],
    [0xc0, undefined],
  ])('%s tells how long its CDB is', (opcode, length) => {
    expect(cdbLength(opcode)).toBe(length)
  })

  it('may be followed by a service action in five bits', () => {
    expect(serviceActionOf(raw('9ef2'))).toBe(0x12)
  })
})
