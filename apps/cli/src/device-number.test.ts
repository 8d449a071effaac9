import { describe, expect, it } from 'vitest'
import { deviceNumber } from './device-number.ts'

describe('the number of a device', () => {
  it.each([
    [0x0700, '7:0'],
    [0x0811, '8:17'],
    [0xfd_ff, '253:255'],
    [0x1_03_05, '259:5'],
    [0xff_f_ff, '4095:255'],
    [0x10_08_10, '8:272'],
    [0x12_3a_bc_de, '2748:74718'],
  ])('of %i is %s', (rdev, text) => {
    expect(deviceNumber(rdev)).toBe(text)
  })
})
