import { describe, expect, it } from 'vitest'
import { MAX_MEDIAN_LINES, medianLines } from './length.ts'
import { RULES } from './rules.ts'
import { trackedFiles } from './tracked-files.ts'

const files = trackedFiles()

describe('in every file of packages, apps and test', () => {
  it.each(RULES)('$name', ({ check }) => {
    const found = files.flatMap(check).map(({ path, line, message }) => `${path}:${line} ${message}`)
    expect(found).toEqual([])
  })

  it(`the median length is at most ${MAX_MEDIAN_LINES} lines`, () => {
    expect(files.length).toBeGreaterThan(0)
    expect(medianLines(files)).toBeLessThanOrEqual(MAX_MEDIAN_LINES)
  })
})
