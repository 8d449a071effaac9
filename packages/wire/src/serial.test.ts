import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serialAdd, serialBefore, serialDistance, serialWithin } from './index.ts'

const serial = fc.integer({ min: 0, max: 0xffff_ffff })
const step = fc.integer({ min: 0, max: 2 ** 31 - 1 })

describe('serial numbers of RFC 1982', () => {
  it('wrap at 2^32', () => {
    expect(serialAdd(0xffff_ffff, 1)).toBe(0)
    expect(serialAdd(0x7fff_ffff, 1)).toBe(0x8000_0000)
    expect(serialBefore(0xffff_ffff, 0)).toBe(true)
    expect(serialBefore(0, 0xffff_ffff)).toBe(false)
    expect(serialDistance(0xffff_fffe, 1)).toBe(3)
    expect(serialDistance(1, 0xffff_fffe)).toBe(-3)
  })

  it('are not before themselves', () => {
    expect([0, 0x7fff_ffff, 0xffff_ffff].map(number => serialBefore(number, number))).toEqual([false, false, false])
  })

  it('are ordered by what was added to them', () => {
    fc.assert(
      fc.property(serial, step, (start, distance) => {
        const later = serialAdd(start, distance)
        expect(serialDistance(start, later)).toBe(distance)
        expect(serialBefore(start, later)).toBe(distance > 0)
        expect(serialBefore(later, start)).toBe(false)
      }),
    )
  })

  it('lie within a window of commands, also where it wraps', () => {
    fc.assert(
      fc.property(serial, fc.nat({ max: 10_000 }), fc.integer({ min: -10_000, max: 20_000 }), (low, width, offset) => {
        const high = serialAdd(low, width)
        const value = (low + offset) >>> 0
        expect(serialWithin(value, low, high)).toBe(offset >= 0 && offset <= width)
      }),
    )
  })

  it('are in no window that is closed', () => {
    fc.assert(
      fc.property(serial, serial, (low, value) => {
        expect(serialWithin(value, low, serialAdd(low, -1))).toBe(false)
      }),
    )
  })
})
