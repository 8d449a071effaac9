import { describe, expect, it } from 'vitest'
import { Counts } from './counts.ts'

describe('rows that are told as one', () => {
  it('are added cell by cell', () => {
    const counts = new Counts(3)
    counts.add({ values: [0, 1, 2, 10], histograms: [] })
    counts.add({ values: [2, 5], histograms: [] })
    expect([...counts.values]).toEqual([1, 0, 15])
  })

  it('are added bound by bound, those of one cell', () => {
    const counts = new Counts(3)
    counts.add({ values: [], histograms: [[1, 4, 0.5, 1, 3]] })
    counts.add({ values: [], histograms: [[2, 7, 2, 7, 7]] })
    counts.add({ values: [], histograms: [[1, 6, 0.25, 2, 2, 6]] })
    expect(Object.fromEntries(counts.distributions)).toEqual({
      1: { count: 10, sumSeconds: 0.75, cumulative: [3, 5, 6] },
      2: { count: 7, sumSeconds: 2, cumulative: [7, 7] },
    })
  })
})
