import { expect, it } from 'vitest'
import { capacity, counted, digits, fixed, span } from './number-text.ts'

it.each([
  [0, '0'],
  [0.0521, '0.052'],
  [1.239, '1.24'],
  [12.39, '12.4'],
  [999.4, '999'],
  [1_234_567.8, '1,234,568'],
])('%d has no more digits than somebody needs: %s', (value, text) => {
  expect(digits(value)).toBe(text)
})

it.each([
  [0, 2, '0.00'],
  [0.004, 2, '<0.01'],
  [0.4, 0, '<1'],
  [1234.5, 2, '1,234.50'],
  [1234.5678, 3, '1,234.568'],
  [98_765.4, 0, '98,765'],
])('%d with %d decimals in a column is %s', (value, decimals, text) => {
  expect(fixed(value, decimals)).toBe(text)
})

it.each([
  [0, '0 B'],
  [512, '512 B'],
  [2 ** 30, '1 GiB'],
  [1.5 * 2 ** 40, '1.50 TiB'],
  [1_000_000_000, '954 MiB'],
])('a disk of %d bytes has %s', (bytes, text) => {
  expect(capacity(bytes)).toBe(text)
})

it.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [61, '1 min'],
  [3720, '1 h 2 min'],
  [100_000, '1 d 3 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(span(seconds)).toBe(text)
})

it('one of them is not many', () => {
  expect([counted(1, 'session'), counted(0, 'LUN'), counted(1200, 'LUN')]).toEqual([
    '1 session',
    '0 LUNs',
    '1,200 LUNs',
  ])
})
