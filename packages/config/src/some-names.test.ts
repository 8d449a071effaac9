import { expect, it } from 'vitest'
import { someNames } from './some-names.ts'

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at}`)
const TWENTY = 'n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16, n17, n18, n19'

it.each([
  [0, ''],
  [1, 'n0'],
  [2, 'n0, n1'],
  [20, TWENTY],
  [21, `${TWENTY} and 1 more`],
  [16_384, `${TWENTY} and 16364 more`],
])('of %i names a message says the first twenty, and how many more there are', (count, text) => {
  expect(someNames(names(count))).toBe(text)
})
