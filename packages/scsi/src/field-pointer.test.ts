import { bits, layout, u8, u16 } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { CompareAndWrite, Inquiry, ModeSense10, Read6, Read10, StartStopUnit, Verify16 } from './cdb/index.ts'
import { serviceActionPointer } from './cdb.ts'
import { UnmapListHeader } from './data/index.ts'
import { pointerTo } from './field-pointer.ts'
import { ModePageHeader } from './mode/index.ts'

describe('the pointer to a field', () => {
  it.each([
    ['PAGE CODE of INQUIRY, a whole byte', pointerTo(Inquiry, 'pageCode'), { in: 'cdb', byte: 2 }],
    ['TRANSFER LENGTH of READ (6)', pointerTo(Read6, 'blocks'), { in: 'cdb', byte: 4 }],
    ['TRANSFER LENGTH of READ (10), the first byte of two', pointerTo(Read10, 'blocks'), { in: 'cdb', byte: 7 }],
    ['NUMBER OF LOGICAL BLOCKS', pointerTo(CompareAndWrite, 'blocks'), { in: 'cdb', byte: 13 }],
    ['PAGE CODE of MODE SENSE (10)', pointerTo(ModeSense10, 'pageCode'), { in: 'cdb', byte: 2, bit: 5 }],
    ['BYTCHK, the higher of its two bits', pointerTo(Verify16, 'byteCheck'), { in: 'cdb', byte: 1, bit: 2 }],
    ['LOEJ, the lowest bit but one', pointerTo(StartStopUnit, 'loadEject'), { in: 'cdb', byte: 4, bit: 1 }],
    ['a service action', serviceActionPointer, { in: 'cdb', byte: 1, bit: 4 }],
    ['a field of a parameter list', pointerTo(UnmapListHeader, 'descriptorsLength'), { in: 'parameters', byte: 2 }],
    ['PS of a page at 12', pointerTo(ModePageHeader, 'savable', 12), { in: 'parameters', byte: 12, bit: 7 }],
  ])('is right for %s', (_what, pointer, expected) => {
    expect(pointer).toEqual(expected)
  })

  it('names the most significant bit of a field that begins inside a byte', () => {
    const of = layout({ name: 'l', spec: 's', size: 4, fields: { low: bits(0, [3, 1]), word: u16(1), last: u8(3) } })
    expect(pointerTo(of, 'low')).toEqual({ in: 'parameters', byte: 0, bit: 3 })
  })

  it('refuses a field that there is not', () => {
    expect(() => pointerTo(Inquiry, 'page' as never)).toThrow(
      'INQUIRY has no field page; it has operationCode, vitalProductData, pageCode, allocationLength',
    )
    expect(() => pointerTo(undefined as never, 'x' as never)).toThrow(TypeError)
  })
})
