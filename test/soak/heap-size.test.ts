import { expect, it } from 'vitest'
import { heapSize } from './heap-size.ts'

it('counts what is in use outside of the young generation, and what that has of memory', () => {
  expect(
    heapSize([
      { name: 'new_space', usedBytes: 15, residentBytes: 103 },
      { name: 'new_large_object_space', usedBytes: 1, residentBytes: 2 },
      { name: 'old_space', usedBytes: 12, residentBytes: 14 },
      { name: 'code_space', usedBytes: 3, residentBytes: 4 },
    ]),
  ).toEqual({ heapBytes: 15, youngBytes: 105 })
})
