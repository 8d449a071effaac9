import { describe, expect, it } from 'vitest'
import { LaneDetail } from '../lanes/lane-job.ts'
import type { Extent } from '../store/extent.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { appendExtents } from './found-extents.ts'

/** What a lane found from an offset on: where data and holes end, in turn. */
const found = (offset: number, detail: number, ends: readonly number[]) =>
  new NotedJob({ offset, detail, result: ends.length, boundaries: Float64Array.from([...ends, 9999]) })

const { dataFirst, none } = LaneDetail
const MANY = 100

describe('extents that a lane found', () => {
  it('are data and holes in turn, as the first one is', () => {
    const extents: Extent[] = []
    expect(appendExtents(found(10, dataFirst, [20, 25, 40]), { extents, maxExtents: MANY })).toBe(40)
    expect(extents).toEqual([
      { offset: 10, lengthBytes: 10, allocated: true },
      { offset: 20, lengthBytes: 5, allocated: false },
      { offset: 25, lengthBytes: 15, allocated: true },
    ])
    const holeFirst: Extent[] = []
    expect(appendExtents(found(0, none, [8]), { extents: holeFirst, maxExtents: MANY })).toBe(8)
    expect(holeFirst).toEqual([{ offset: 0, lengthBytes: 8, allocated: false }])
  })

  it('are joined with what was found before, where both are of a kind', () => {
    const extents: Extent[] = [{ offset: 0, lengthBytes: 10, allocated: true }]
    expect(appendExtents(found(10, dataFirst, [20, 30]), { extents, maxExtents: MANY })).toBe(30)
    expect(extents).toEqual([
      { offset: 0, lengthBytes: 20, allocated: true },
      { offset: 20, lengthBytes: 10, allocated: false },
    ])
  })

  it('are as many as are wanted, the last one with all that joins it', () => {
    const extents: Extent[] = [{ offset: 0, lengthBytes: 10, allocated: true }]
    expect(appendExtents(found(10, dataFirst, [20, 30]), { extents, maxExtents: 1 })).toBe(20)
    expect(extents).toEqual([{ offset: 0, lengthBytes: 20, allocated: true }])
    const two: Extent[] = []
    expect(appendExtents(found(0, none, [1, 2, 3]), { extents: two, maxExtents: 2 })).toBe(2)
    expect(two).toHaveLength(2)
  })

  it('have no empty ones among them', () => {
    const extents: Extent[] = []
    expect(appendExtents(found(10, dataFirst, [10, 20, 20, 30]), { extents, maxExtents: MANY })).toBe(30)
    expect(extents).toEqual([{ offset: 10, lengthBytes: 20, allocated: false }])
  })

  it('are none where the lane found nothing', () => {
    const extents: Extent[] = []
    expect(appendExtents(found(10, dataFirst, []), { extents, maxExtents: MANY })).toBe(10)
    expect(extents).toEqual([])
  })
})
