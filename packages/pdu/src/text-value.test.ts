import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBinary, keys, parseBinary, parseNumber } from './index.ts'

describe('values of RFC 7143 6.1', () => {
  it.each([
    ['0', 0],
    ['8192', 8192],
    ['0x1F', 31],
    ['0Xff', 255],
    ['010', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
    ['0x', undefined],
    ['1e3', undefined],
    [' 1', undefined],
  ])('reads the number %j as %j', (value, number) => {
    expect(parseNumber(value)).toBe(number)
  })

  it.each([
    ['0x0aFF', '0aff'],
    ['0xaff', '0aff'],
    ['0bYWJj', '616263'],
    ['0BYWI=', '6162'],
    ['0bYQ==', '61'],
    ['0bYQ', '61'],
    ['0b', undefined],
    ['0x', undefined],
    ['0bY', undefined],
    ['616263', undefined],
    ['0bYQ=', undefined],
    ['0xg0', undefined],
  ])('reads the binary value %j as %j', (value, hex) => {
    const bytes = parseBinary(value)
    expect(bytes && Buffer.from(bytes).toString('hex')).toBe(hex)
  })

  it('reads binary values as they were written', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.constantFrom('hex' as const, 'base64' as const),
        (bytes, base) => {
          expect(parseBinary(formatBinary(bytes, base))).toEqual(Buffer.from(bytes))
        },
      ),
    )
  })

  it('takes iSCSI names of up to 223 bytes without spaces', () => {
    const { kind } = keys.TargetName
    expect(kind.parse('iqn.2001-04.com.example:storage.disk1')).toBe('iqn.2001-04.com.example:storage.disk1')
    expect(kind.parse(`iqn.${'a'.repeat(219)}`)).toBeDefined()
    for (const bad of ['', 'iqn.a b', `iqn.${'a'.repeat(220)}`, 'iqn.a\tb', 'iqn.a,1'])
      expect(kind.parse(bad)).toBeUndefined()
  })

  it('takes numbers within the range of their key only', () => {
    const { kind } = keys.MaxBurstLength
    expect(kind.parse('511')).toBeUndefined()
    expect(kind.parse('512')).toBe(512)
    expect(kind.parse('16777215')).toBe(16_777_215)
    expect(kind.parse('16777216')).toBeUndefined()
  })
})
