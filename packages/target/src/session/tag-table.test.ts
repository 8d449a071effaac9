import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Tagged, TagTable } from './tag-table.ts'

class Entry implements Tagged<Entry> {
  readonly tag: number
  sameBucket: Entry | undefined
  entered = 0

  constructor(tag: number) {
    this.tag = tag
  }
}

/** Tags that share a bucket with others, and the reserved one. */
const tag = fc.constantFrom(0, 1, 0x100, 0x1_0000, 0x0101_0000, 0x1000_0001, 0x2000_0001, 0xffff_fffe, 0xffff_ffff)
const step = fc.record({ adds: fc.boolean(), tag, again: fc.nat(5) })

describe('a table of tags', () => {
  it('finds what a Map would find, in the order in which it was entered', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const table = new TagTable<Entry>()
        const model = new Map<number, Entry>()
        const removed: Entry[] = []
        for (const { adds, tag: of, again } of steps) {
          const entry = adds ? new Entry(of) : (model.get(of) ?? removed[again])
          if (!entry) continue
          if (adds) {
            const former = model.get(of)
            if (former) removed.push(former)
            model.delete(of)
            model.set(of, entry)
            table.add(entry)
          } else {
            // What is not in any more, because another one has its tag or it was taken out, takes nobody along.
            if (model.get(entry.tag) === entry) model.delete(entry.tag)
            removed.push(entry)
            table.remove(entry)
          }
          expect(table.size).toBe(model.size)
          expect(table.all()).toEqual([...model.values()])
          expect(table.find(of)).toBe(model.get(of))
          const hasThat = [...model.values()].some(each => each.tag === of)
          expect(table.some(each => each.tag === of)).toBe(hasThat)
        }
      }),
    )
  })

  it('keeps nothing linked that was taken out', () => {
    const table = new TagTable<Entry>()
    const [first, second] = [new Entry(1), new Entry(0x100)]
    table.add(first)
    table.add(second)
    expect(second.sameBucket).toBe(first)
    table.remove(second)
    expect([second.sameBucket, table.find(1), table.find(0x100)]).toEqual([undefined, first, undefined])
  })
})
