import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../json/value.ts'
import { textIn } from '../schema/lenient.ts'
import { growingIndex, indexedBy, type NameIndex, named } from './name-index.ts'

const NAMES = ['lun1', 'lun2', 'lun10', 'a', '']
const naming = { namesOf: named(member => textIn(member, 'name')) }
const member = fc.oneof(fc.record({ name: fc.constantFrom(...NAMES) }), fc.constantFrom<Json>(null, {}))
const members = (index: NameIndex) => NAMES.map(name => index.get(name))

describe('an index that grows', () => {
  it('tells of any list what one tells that is made of it, whichever was asked about before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(member, { maxLength: 5 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 12 }),
        (pieces, asked) => {
          const growing = growingIndex(naming)
          const lists = pieces.map((_, at) => pieces.slice(0, at + 1).flat())
          for (const [at, isSorted] of asked) {
            const list = lists[at % lists.length] as readonly Json[]
            const index = growing(list)
            // What was sorted before it grows is not sorted anew.
            expect(isSorted ? index.names.length : 0).toBeLessThanOrEqual(NAMES.length)
            expect(members(index)).toEqual(members(indexedBy(naming)(list)))
          }
          for (const list of lists) expect(growing(list).names).toEqual(indexedBy(naming)(list).names)
        },
      ),
    )
  })

  it('leaves members that somebody has as they were', () => {
    const growing = growingIndex(naming)
    const list: readonly Json[] = [{ name: 'a' }, { name: 'a' }]
    const had = growing(list).get('a')
    const more = growing([...list, { name: 'a' }]).get('a')
    expect([had?.length, more?.length]).toEqual([2, 3])
  })
})
