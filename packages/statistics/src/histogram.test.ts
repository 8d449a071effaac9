import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Block } from './block.ts'
import { Histogram } from './histogram.ts'
import { bucketOf, toldOf } from './scale.ts'
import { tested } from './testing/declared.ts'

/** A histogram of durations in milliseconds, as a row has counted them. */
function histogramOf(durations: readonly number[]): Histogram {
  const block = new Block(tested)
  const row = block.row({ target: 'a', unit: 'b' })
  for (const duration of durations) row.observe(tested.at.duration, duration)
  return block.snapshot()[0]?.values.duration as Histogram
}

/** The exact one: of all that there are, sorted. */
function exact(durations: readonly number[], quantile: number): number {
  const sorted = [...durations].sort((a, b) => a - b)
  return (sorted[Math.max(1, Math.ceil(quantile * sorted.length)) - 1] as number) / 1000
}

const MICROSECOND = 0.001
const HUNDRED_SECONDS = 100_000
const uniform = fc.double({ min: 0, max: 1, noNaN: true })
/** Samples of 1 µs to 100 s, in milliseconds. */
const shapes = {
  'even over all magnitudes': uniform.map(u => MICROSECOND * (HUNDRED_SECONDS / MICROSECOND) ** u),
  'even between two durations': uniform.map(u => 0.1 + 0.9 * u),
  'exponential, as of a queue': uniform.map(u => Math.min(HUNDRED_SECONDS, MICROSECOND - 5 * Math.log(1 - u + 1e-9))),
  'two humps, as of hits and misses': fc
    .tuple(uniform, uniform)
    .map(([which, u]) => (which < 0.99 ? 0.02 : 8) * (1 + u)),
  'few that differ': fc.constantFrom(0.0625, 0.07, 64, 99_999),
}

describe.each(Object.entries(shapes))('the quantiles of durations that are %s', (_, shape) => {
  it('are within 5 % of the exact ones', () => {
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 2000, size: 'max' }), durations => {
        const histogram = histogramOf(durations)
        for (const quantile of [0, 0.5, 0.9, 0.99, 0.999, 1]) {
          const right = exact(durations, quantile)
          expect(Math.abs(histogram.quantile(quantile) - right)).toBeLessThan(0.05 * right)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('a histogram', () => {
  it('tells each duration from 1 µs to 100 s within 3.1 %', () => {
    for (let seconds = 1e-6; seconds < 100; seconds *= 1.0007) {
      const told = toldOf(bucketOf(seconds))
      expect(Math.abs(told - seconds)).toBeLessThan(0.031 * seconds)
    }
  })

  it('counts what is shorter than a microsecond, longer than 128 s, or no duration, in its ends', () => {
    const buckets = histogramOf([0, 0.0001, -3, Number.NaN, 200_000, Number.POSITIVE_INFINITY]).buckets()
    expect(buckets).toEqual([
      { from: 0, to: 2 ** -20, count: 4 },
      { from: 128, to: Number.POSITIVE_INFINITY, count: 2 },
    ])
  })

  it('has buckets of a sixteenth of a power of two', () => {
    expect(histogramOf([1000, 1062, 1063, 1999]).buckets()).toEqual([
      { from: 1, to: 1.0625, count: 2 },
      { from: 1.0625, to: 1.125, count: 1 },
      { from: 1.9375, to: 2, count: 1 },
    ])
  })

  it('has count and sum', () => {
    const histogram = histogramOf([1, 2, 3])
    expect([histogram.count, histogram.sumSeconds.toFixed(9)]).toEqual([3, '0.006000000'])
  })

  it('without durations has the quantile 0', () => {
    expect([Histogram.empty.quantile(0.5), Histogram.empty.buckets()]).toEqual([0, []])
  })

  it('tells how many did not exceed bounds, with a part of the bucket that a bound divides', () => {
    const histogram = histogramOf([0.5, 10, 10, 1000, 1000, 1000, 1000, 200_000])
    expect(histogram.cumulative([0.001, 0.5, 1, 1.03125, 2, 500])).toEqual([1, 3, 3, 5, 7, 7])
  })

  it('has the buckets of native histograms, without a rest', () => {
    const histogram = histogramOf([750, 1500, 1500, 3000, 0.0001])
    expect(histogram.native(0)).toEqual([
      { index: -20, count: 1 },
      { index: 0, count: 1 },
      { index: 1, count: 2 },
      { index: 2, count: 1 },
    ])
    // 2 ** (12.9 / 8) = 3.05: the index that 3 s lie below.
    expect(histogram.native(3).at(-1)).toEqual({ index: 13, count: 1 })
  })

  it('of several rows counts what each of them does', () => {
    const durations = [[0.5, 10], [10, 1000, 5], []]
    const merged = Histogram.merged(durations.map(histogramOf))
    expect(merged.buckets()).toEqual(histogramOf(durations.flat()).buckets())
    expect(merged.sumSeconds).toBeCloseTo(1.0255)
  })

  it('of several rows has no less below any bound than they have by themselves', () => {
    const bounds = [1.01, 1.02, 1.03, 1.04, 1.05, 1.06]
    const rows = [[1000], [1000], [1000]].map(histogramOf)
    const together = Histogram.merged(rows).cumulative(bounds)
    const each = rows.map(row => row.cumulative(bounds))
    const lost = together.filter((count, at) => count < each.reduce((sum, counts) => sum + (counts[at] ?? 0), 0))
    expect(lost).toEqual([])
    expect(together).toEqual([0, 0, 1, 1, 2, 2])
  })

  it('refuses what is no quantile, no bounds, no schema and no histogram', () => {
    const { empty } = Histogram
    for (const bad of [-0.1, 1.1, Number.NaN]) expect(() => empty.quantile(bad)).toThrow(RangeError)
    for (const bad of [[0], [2, 1], [1, 1]]) expect(() => empty.cumulative(bad)).toThrow(RangeError)
    for (const bad of [-1, 4, 0.5]) expect(() => empty.native(bad)).toThrow(RangeError)
    expect(() => empty.quantile('0.5' as never)).toThrow(TypeError)
    expect(() => Histogram.merged([{}] as never)).toThrow(RangeError)
  })
})
