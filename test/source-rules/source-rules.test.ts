import { describe, expect, it } from 'vitest'
import { folderSizes, MAX_FOLDER_FILES, MAX_MEDIAN_LINES, MAX_ROOT_FILES, medianLines } from './length.ts'
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

describe('the device server', () => {
  const root = 'packages/scsi-engine/src'
  const sizes = folderSizes(files, `${root}/`)

  it(`has at most ${MAX_ROOT_FILES} files beside its door`, () => {
    expect(sizes.get(root)).toBeLessThanOrEqual(MAX_ROOT_FILES + 1)
  })

  it(`has no folder with more than ${MAX_FOLDER_FILES} files beside its tests`, () => {
    expect([...sizes].filter(([, size]) => size > MAX_FOLDER_FILES)).toEqual([])
    expect(sizes.size).toBeGreaterThan(5)
  })
})
