import { expect, it } from 'vitest'
import { areaOf, lineOf, roundTop } from './chart-line.ts'
import type { Point } from './history.ts'

const FRAME = { seconds: 60, height: 100, top: 10, nowMs: 60_000 }
const REST = {
  writes: 0,
  others: 0,
  readBytes: 0,
  writtenBytes: 0,
  meanSeconds: undefined,
  p99Seconds: undefined,
  tasks: 0,
}

const point = (seconds: number, reads: number | undefined): Point => {
  return { atMs: seconds * 1000, load: reads === undefined ? undefined : { ...REST, reads } }
}
const reads = ({ reads: value }: { readonly reads: number }): number => value

it('a line goes through its points, from the left to now, and from the ground to the top', () => {
  expect(lineOf([point(0, 0), point(2, 5)], reads, FRAME)).toBe('M0 100L2 50')
  expect(lineOf([point(58, 10), point(60, 2.5)], reads, FRAME)).toBe('M58 0L60 75')
})

it('an area is closed at the ground', () => {
  expect(areaOf([point(58, 10), point(60, 5)], reads, FRAME)).toBe('M58 100L58 0L60 50L60 100Z')
})

it('where nobody looked for a while, nothing is drawn; what stands alone is a dot', () => {
  expect(lineOf([point(10, 5), point(40, 5), point(42, 5)], reads, FRAME)).toBe('M10 50h0.1M40 50L42 50')
})

it('what nobody knows is left out', () => {
  expect(lineOf([point(40, 5), point(42, undefined), point(44, 5)], reads, FRAME)).toBe('M40 50L44 50')
  expect(lineOf([point(40, 5)], ({ meanSeconds }) => meanSeconds, FRAME)).toBe('')
})

it.each([
  [0, 1],
  [0.9, 1],
  [1, 1.5],
  [306, 400],
  [980, 1500],
  [0.000_2, 0.000_3],
])('above %d a chart ends at a round number: %d', (value, top) => {
  expect(roundTop(value)).toBeCloseTo(top, 12)
})
