import { expect, it } from 'vitest'
import { deviceNumber } from './device-number.ts'

// As glibc's makedev(3) composes them.
it.each([
  [0x0700n, '7:0'],
  [0x0801n, '8:1'],
  [0x10_3b05n, '59:261'],
  [0x1000_001f_ffffn, '8191:511'],
  [0xfff0_ffffn, '255:1048575'],
])('the device of %s is %s', (rdev, number) => {
  expect(deviceNumber(rdev)).toBe(number)
})
