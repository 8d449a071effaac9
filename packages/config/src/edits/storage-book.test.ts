import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../json/value.ts'
import { StorageBook, storageBook } from './storage-book.ts'

const NAMES = ['a', 'b', 'c', 'd']
const FILES = ['/a', '/b', '/c']
const SERIALS = ['01', '02', '03']
const some = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      plugin: fc.constantFrom('fileio', 'ramdisk'),
      name: fc.constantFrom(...NAMES),
      dev: fc.constantFrom(...FILES),
      wwn: fc.constantFrom(...SERIALS, ''),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Json>(null, {}, 'text') },
)

/** A change of a list, as an edit makes it. */
const change = fc.tuple(fc.constantFrom('add', 'replace', 'remove'), fc.nat(), some)

function changed(list: readonly Json[], [kind, at, member]: readonly [string, number, Json]): readonly Json[] {
  if (kind === 'add' || list.length === 0) return [...list, member]
  const index = at % list.length
  return kind === 'remove' ? list.toSpliced(index, 1) : list.with(index, member)
}

const foundIn = (book: StorageBook) => [
  ...NAMES.flatMap(name => [book.ofKey(`fileio/${name}`), book.ofKey(`ramdisk/${name}`)]),
  ...FILES.map(file => book.ofFile(file)),
  ...SERIALS.map(serial => book.ofSerial(serial)),
]

describe('the book of a list of storage objects', () => {
  it('finds after any edits what one of that list alone finds, in whatever order lists are asked about', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), fc.array(fc.nat()), (changes, others) => {
        const lists = changes.reduce<readonly (readonly Json[])[]>(
          (all, each) => [...all, changed(all.at(-1) ?? [], each)],
          [[]],
        )
        for (const list of [...lists, ...others.map(at => lists[at % lists.length] as readonly Json[])])
          expect(foundIn(storageBook(list))).toEqual(foundIn(new StorageBook(list)))
      }),
    )
  })
})
