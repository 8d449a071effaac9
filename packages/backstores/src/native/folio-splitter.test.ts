import { describe, expect, it } from 'vitest'
import { errno } from './errno.ts'
import { FolioSplitter } from './folio-splitter.ts'
import type { AddressRange, Libc } from './libc.ts'

const KiB = 1024
const PAGE = 4 * KiB
const STEP = 64 * KiB
const REGION = 2 * KiB * KiB
/** Where the mapping may be. */
const MAPPING = 0x7000_0000_0000
const ANSWER = 0x1000

/** A C library that has some pages of a region in memory, by their numbers, and notes what it is asked for. */
function setUp(resident: readonly number[] = []) {
  const calls: [string, ...number[]][] = []
  const results: Record<string, number> = { mapFile: MAPPING, vacate: 0, residentPages: 0, populate: 0, cool: 0 }
  let pages = new Uint8Array(0)
  const asked = (name: string, numbers: number[]): number => {
    calls.push([name, ...numbers])
    return results[name] as number
  }
  const libc = {
    addressOf: (memory: ArrayBuffer) => {
      pages = new Uint8Array(memory)
      return ANSWER
    },
    mapFile: (fd: number, offset: number, { address, lengthBytes }: AddressRange) =>
      asked('mapFile', [fd, offset, address, lengthBytes]),
    vacate: ({ address, lengthBytes }: AddressRange) => asked('vacate', [address, lengthBytes]),
    residentPages: (...numbers: number[]) => {
      // Other bits than the lowest say nothing.
      for (const page of pages.keys()) pages[page] = (pages[page] as number) | 0xfe
      for (const page of resident) pages[page] = 0xff
      return asked('residentPages', numbers)
    },
    populate: (...numbers: number[]) => asked('populate', numbers),
    cool: (...numbers: number[]) => asked('cool', numbers),
  }
  return { splitter: new FolioSplitter(libc as unknown as Libc, MAPPING), calls, results, pages: () => pages }
}

const named = (calls: readonly [string, ...number[]][], name: string) =>
  calls.filter(([each]) => each === name).map(([, ...numbers]) => numbers)

describe('what splits folios', () => {
  it.each([
    [0, 0],
    [1, 0],
    [REGION - 1, 0],
    [REGION, REGION],
    [3 * REGION + 77, 3 * REGION],
  ])('maps the region around byte %i, and gives the mapping back', (offset, start) => {
    const { splitter, calls } = setUp()
    splitter.split(5, offset)
    expect(calls).toEqual([
      ['mapFile', 5, start, MAPPING, REGION],
      ['residentPages', MAPPING, REGION, ANSWER],
      ['vacate', MAPPING, REGION],
    ])
  })

  it('has a byte for each page of a region', () => {
    expect(setUp().pages()).toHaveLength(512)
  })

  it('says of one page in every step that it is cold, where it is in memory', () => {
    const every = Array.from({ length: 512 }, (_, page) => page)
    const { splitter, calls } = setUp(every)
    splitter.split(5, 0)
    const cooled = Array.from({ length: 32 }, (_, step) => [MAPPING + step * STEP, PAGE])
    expect(named(calls, 'cool')).toEqual(cooled)
    expect(named(calls, 'populate')).toEqual(cooled)
    expect(calls.at(-1)).toEqual(['vacate', MAPPING, REGION])
  })

  it('maps a page before it says that it is cold, and leaves alone what is not in memory', () => {
    const { splitter, calls } = setUp([0, 17, 32, 496, 511])
    splitter.split(5, 0)
    const at = (step: number) => MAPPING + step * STEP
    expect(calls.slice(2, -1)).toEqual(
      [0, 2, 31].flatMap(step => [
        ['populate', at(step), PAGE],
        ['cool', at(step), PAGE],
      ]),
    )
  })

  it('leaves alone a page that cannot be mapped: the file has become shorter', () => {
    const { splitter, calls, results } = setUp([0])
    results['populate'] = -errno.EIO
    splitter.split(5, 0)
    expect(named(calls, 'cool')).toEqual([])
    expect(calls.at(-1)).toEqual(['vacate', MAPPING, REGION])
  })

  it('does nothing with a file that cannot be mapped', () => {
    const { splitter, calls, results } = setUp([0])
    results['mapFile'] = -errno.EIO
    splitter.split(5, 0)
    expect(calls).toHaveLength(1)
  })

  it('gives the mapping back where the system does not say what is in memory', () => {
    const { splitter, calls, results } = setUp([0])
    results['residentPages'] = -errno.EIO
    splitter.split(5, 0)
    expect(calls.map(([name]) => name)).toEqual(['mapFile', 'residentPages', 'vacate'])
  })

  it('does not take what it was told of one region for an answer about another', () => {
    const { splitter, calls, pages } = setUp()
    splitter.split(5, 0)
    pages().fill(1)
    splitter.split(5, REGION)
    expect(named(calls, 'cool')).toEqual([])
  })
})
