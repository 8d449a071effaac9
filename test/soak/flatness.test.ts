import { describe, expect, it } from 'vitest'
import { type Gauge, type GaugeSample, growth } from './flatness.ts'

const MIB = 2 ** 20
const flat = { residentBytes: 100 * MIB, heapBytes: 20 * MIB, openFiles: 40, threads: 12, rows: 30 }

/** A run in which one gauge has another value in its last quarter. */
const run = (gauge: Gauge, last: number): GaugeSample[] =>
  Array.from({ length: 40 }, (_, at) => ({ ...flat, progress: at / 40, ...(at >= 30 && { [gauge]: last }) }))

describe('the flatness of a run', () => {
  it.each<[Gauge, number]>([
    ['residentBytes', 141 * MIB],
    ['heapBytes', 32 * MIB],
    ['openFiles', 44],
    ['threads', 14],
    ['rows', 46],
  ])('is there when %s moves within its bound', (gauge, last) => {
    expect(growth(run(gauge, last))).toEqual([])
  })

  it.each<[Gauge, number]>([
    ['residentBytes', 143 * MIB],
    ['heapBytes', 34 * MIB],
    ['openFiles', 45],
    ['threads', 15],
    ['rows', 47],
  ])('is not there when %s grows beyond it', (gauge, last) => {
    expect(growth(run(gauge, last))).toEqual([expect.stringContaining(`${gauge} grew from ${flat[gauge]}`)])
  })
})
