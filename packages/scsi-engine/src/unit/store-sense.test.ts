import { describe, expect, it } from 'vitest'
import { storeSense } from './store-sense.ts'

describe('the fault of a store operation', () => {
  // SPC-5: sense key, additional sense code, qualifier.
  const table = [
    ['read', 'io', [0x3, 0x11, 0x00]],
    ['write', 'io', [0x3, 0x0c, 0x00]],
    ['flush', 'io', [0x3, 0x0c, 0x00]],
    ['discard', 'io', [0x3, 0x0c, 0x00]],
    ['extents', 'io', [0x3, 0x11, 0x00]],
    ['write', 'noSpace', [0x7, 0x27, 0x07]],
    ['zero', 'noSpace', [0x7, 0x27, 0x07]],
    ['write', 'readOnly', [0x7, 0x27, 0x00]],
    ['read', 'gone', [0x2, 0x3a, 0x00]],
    ['write', 'flushFailed', [0x3, 0x0c, 0x00]],
    ['flush', 'flushFailed', [0x3, 0x0c, 0x00]],
    ['read', 'laneLost', [0xb, 0x44, 0x00]],
    ['write', 'noMemory', [0xb, 0x55, 0x00]],
    ['zero', 'unsupported', [0x4, 0x44, 0x00]],
  ] as const
  it.each(table)('of %s: %s', (operation, fault, [key, asc, ascq]) => {
    expect(storeSense(operation, fault)).toEqual({ key, asc, ascq })
  })
})
