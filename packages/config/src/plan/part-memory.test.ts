import { expect, it } from 'vitest'
import { isSame } from './part-memory.ts'

it.each([
  [[], [], true],
  [[], [1], false],
  [[1, 'a'], [1, 'a'], true],
  [[1, 'a'], [2, 'a'], false],
  [[1, 'a'], [1, 'b'], false],
  [[1], [1, 'a'], false],
  [[{}], [{}], false],
])('%j and %j are the same: %s', (one, other, same) => {
  expect([isSame(one, other), isSame(other, one)]).toEqual([same, same])
})
