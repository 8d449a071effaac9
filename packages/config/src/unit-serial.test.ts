import { describe, expect, it } from 'vitest'
import { naaDigits } from './unit-serial.ts'

describe('the digits of the NAA designator', () => {
  it.each([
    ['245a36c0-d927-482f-a8a8-d76bbaaf75ba', '245a36c0d927482fa8a8d76bb'],
    ['A1-x', 'a100000000000000000000000'],
    ['no digit: xyz', 'd000000000000000000000000'],
    ['xyz', '0000000000000000000000000'],
  ])('of %j are %s', (serial, digits) => {
    expect(naaDigits(serial)).toBe(digits)
  })
})
