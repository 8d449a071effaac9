import { expect, it } from 'vitest'
import { OpeningProgress } from './opening-progress.ts'

it('the progress of a change that opens disks is told every half second, and of a quick one not at all', () => {
  let nowMs = 0
  const told: (readonly number[])[] = []
  const progress = new OpeningProgress(
    10,
    (...numbers) => void told.push(numbers),
    () => nowMs,
  )
  for (const atMs of [1, 499, 500, 510, 999, 1000, 1700]) {
    nowMs = atMs
    progress.opened()
  }
  expect(told).toEqual([
    [3, 10],
    [6, 10],
    [7, 10],
  ])
})
