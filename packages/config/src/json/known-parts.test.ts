import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withKnownParts } from './known-parts.ts'
import { readJson } from './reader.ts'
import type { Json } from './value.ts'

const text = (value: unknown): string => JSON.stringify(value)
/** Read anew: nothing of it is an object of another document. */
const read = (value: unknown): Json => readJson(text(value))
const members = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `d${at}`, attributes: { at } }))

/** Where the members of a list come from: the number that they had before, or `new`. */
function origins(now: unknown, before: readonly unknown[]): readonly (number | 'new')[] {
  const old = readJson(text(before)) as readonly Json[]
  const found = withKnownParts(read(now), old) as readonly Json[]
  expect(text(found)).toBe(text(now))
  return found.map(member => (old.includes(member) ? old.indexOf(member) : 'new'))
}

describe('a document that was read again', () => {
  it('says what it said, whatever was there before', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.jsonValue(), (now, before) => {
        expect(text(withKnownParts(read(now), read(before)))).toBe(text(now))
      }),
    )
    expect.hasAssertions()
  })

  it('is the document that was there before where it says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
        const before = read(value)
        expect(withKnownParts(read(value), before)).toBe(before)
      }),
    )
    expect.hasAssertions()
  })

  it('has the objects that were there before around what has changed', () => {
    const before = read({ first: members(3), second: { kept: [1], changed: 1 } }) as { second: { kept: Json } }
    const now = withKnownParts(read({ first: members(3), second: { kept: [1], changed: 2 } }), before)
    expect(now).toMatchObject({ second: { changed: 2 } })
    expect(now).toHaveProperty(
      'first',
      expect.toSatisfy(each => each === (before as unknown as { first: Json }).first),
    )
    expect(now).toHaveProperty(
      'second.kept',
      expect.toSatisfy(each => each === before.second.kept),
    )
  })

  it.each<[string, (list: object[]) => object[], readonly (number | 'new')[]]>([
    ['comes at the end', list => [...list, { name: 'x' }], [0, 1, 2, 3, 4, 'new']],
    ['comes at the front', list => [{ name: 'x' }, ...list], ['new', 0, 1, 2, 3, 4]],
    ['goes', list => list.filter((_, at) => at !== 2), [0, 1, 3, 4]],
    ['changes', list => list.with(3, { name: 'x' }), [0, 1, 2, 'new', 4]],
    ['changes twice', list => list.with(0, { name: 'x' }).with(3, { name: 'y' }), ['new', 1, 2, 'new', 4]],
    ['comes, and another goes', list => [list[4] as object, ...list.slice(1, 3), { name: 'x' }], [4, 1, 2, 'new']],
    ['comes twice', list => [{ x: 1 }, list[0] as object, { x: 2 }, ...list.slice(1)], ['new', 0, 'new', 1, 2, 3, 4]],
  ])('has the members of a list that were there before when one %s', (_what, change, expected) => {
    expect(origins(change(members(5)), members(5))).toEqual(expected)
  })

  it('tells the order of keys, numbers by how they are written, and null from what is not there', () => {
    const before = readJson('{ "a": 1, "b": 1.0, "c": null }')
    const differing = ['{ "b": 1.0, "a": 1, "c": null }', '{ "a": 1, "b": 1.00, "c": null }', '{ "a": 1, "b": 1.0 }']
    expect(differing.map(each => withKnownParts(readJson(each), before) === before)).toEqual([false, false, false])
    expect(withKnownParts(readJson('{ "a": 1, "b": 1.0, "c": null }'), before)).toBe(before)
  })

  it('takes nothing from what objects have without being given it', () => {
    const now = readJson('{ "__proto__": { "a": [1] }, "toString": { "b": 2 } }')
    expect(withKnownParts(now, readJson('{ "x": 1 }'))).toEqual(now)
    expect(Object.keys(withKnownParts(now, readJson('{ "__proto__": { "a": [1] } }')) as object)).toEqual([
      '__proto__',
      'toString',
    ])
  })
})
