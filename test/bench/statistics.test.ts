import { expect, it } from 'vitest'
import { median, spread } from './statistics.ts'

it('takes the value in the middle, in whatever order they come', () => {
  expect(median([9, 1, 5])).toBe(5)
})

it('takes the mean of the two in the middle of an even number', () => {
  expect(median([10, 1, 4, 2])).toBe(3)
})

it('has no median of nothing, nor of what is not a number', () => {
  expect(() => median([])).toThrow('no median of []')
  expect(() => median([1, Number.NaN])).toThrow('no median of [1, NaN]')
})

it('keeps the least and the greatest beside the median', () => {
  expect(spread([3, 8, 1])).toEqual({ median: 3, low: 1, high: 8 })
})
