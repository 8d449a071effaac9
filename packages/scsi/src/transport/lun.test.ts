import { dataView } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLun, encodeLun, MAX_LUNS, SpecialLun } from './lun.ts'

const fromHex = (hex: string): DataView => dataView(Uint8Array.from(Buffer.from(hex, 'hex')))

function toHex(lun: number): string {
  const bytes = new Uint8Array(8).fill(0xff)
  encodeLun(lun, dataView(bytes))
  return Buffer.from(bytes).toString('hex')
}

describe('a logical unit number', () => {
  it.each([
    ['peripheral device addressing', '0000000000000000', 0],
    ['peripheral device addressing', '00ff000000000000', 255],
    ['the number as it is, as LIO does', '0100000000000000', 256],
    ['the number as it is, as LIO does', '012c000000000000', 300],
    ['the number as it is, as LIO does', '3fff000000000000', 16_383],
    ['extended flat space addressing', 'd200400000000000', 16_384],
    ['extended flat space addressing', 'd2ffffff00000000', 16_777_215],
    ['the REPORT LUNS well-known logical unit', 'c101000000000000', SpecialLun.reportLuns],
  ])('is read and written as %s: %s', (_form, bytes, lun) => {
    expect(decodeLun(fromHex(bytes))).toBe(lun)
    expect(toHex(lun)).toBe(bytes)
  })

  it('is read in flat space addressing too, and in a longer form than it needs', () => {
    expect(decodeLun(fromHex('412c000000000000'))).toBe(300)
    expect(decodeLun(fromHex('7fff000000000000'))).toBe(16_383)
    expect(decodeLun(fromHex('4001000000000000'))).toBe(1)
    expect(decodeLun(fromHex('d200000700000000'))).toBe(7)
  })

  it('below 16384 is the same with an address method and without one, and no two numbers share a form', () => {
    const numbers = Array.from({ length: 16_384 }, (_, lun) => lun)
    const plain = numbers.map(lun => `${lun.toString(16).padStart(4, '0')}000000000000`)
    const flat = numbers.map(lun => `${(0x4000 + lun).toString(16)}000000000000`)
    expect(numbers.map(toHex)).toEqual(plain)
    expect(plain.map(bytes => decodeLun(fromHex(bytes)))).toEqual(numbers)
    expect(flat.map(bytes => decodeLun(fromHex(bytes)))).toEqual(numbers)
  })

  it.each([
    ['logical unit addressing', '8001000000000000'],
    ['a second level', '0001000100000000'],
    ['a fourth level', '0001000000000001'],
    ['a second level in flat space', '4001000100000000'],
    ['another well-known logical unit', 'c102000000000000'],
    ['a well-known logical unit of a wrong length', 'd101000000000000'],
    ['a well-known logical unit with more behind it', 'c101000100000000'],
    ['a 40-bit number', 'e200000001000000'],
    ['no logical unit specified', 'ff00000000000000'],
  ])('names nothing here when it has %s', (_what, bytes) => {
    expect(decodeLun(fromHex(bytes))).toBe(SpecialLun.unaddressable)
  })

  it('is read from where it lies', () => {
    expect(decodeLun(fromHex(`ffff${'0005000000000000'}`), 2)).toBe(5)
  })

  it('survives being written and read, up to the largest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_LUNS - 1 }), lun => {
        const view = dataView(new Uint8Array(8))
        encodeLun(lun, view)
        expect(decodeLun(view)).toBe(lun)
      }),
    )
  })

  it('is one of ours or a special one, whatever the eight bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), bytes => {
        const lun = decodeLun(dataView(bytes))
        expect(lun).toBeGreaterThanOrEqual(SpecialLun.unaddressable)
        expect(lun).toBeLessThan(MAX_LUNS)
      }),
    )
  })

  it('that no form holds is refused', () => {
    for (const lun of [MAX_LUNS, SpecialLun.unaddressable]) expect(() => toHex(lun)).toThrow(RangeError)
  })
})
