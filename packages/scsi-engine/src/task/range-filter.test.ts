import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ORDERS, rankOf, waitsFor } from './ordering.ts'
import { RangeFilter } from './range-filter.ts'

const range = fc.record({
  rank: fc.constantFrom(rankOf('read'), rankOf('write'), rankOf('exclusive')),
  start: fc.oneof(fc.nat(64), fc.nat(2 ** 30), fc.constant(2 ** 52)),
  blocks: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.constant(100_000), fc.constant(Number.POSITIVE_INFINITY)),
})

it('never overlooks a range that a command has to wait for, also after others were taken back', () => {
  const property = fc.property(
    fc.array(range, { maxLength: 20 }),
    fc.array(range, { maxLength: 20 }),
    range,
    (kept, gone, asked) => {
      const filter = new RangeFilter()
      for (const { rank, start, blocks } of [...gone, ...kept]) filter.add(rank, start, start + blocks)
      for (const { rank, start, blocks } of gone) filter.remove(rank, start, start + blocks)
      const end = asked.start + asked.blocks
      const waits = kept.some(
        ({ rank, start, blocks }) => waitsFor(asked.rank, rank) && asked.start < start + blocks && start < end,
      )
      const said = filter.mayWait(asked.rank, asked.start, end)
      expect({ said, waits }).not.toEqual({ said: false, waits: true })
      expect({ said, kept }).not.toEqual({ said: true, kept: [] })
    },
  )
  fc.assert(property)
  expect.hasAssertions()
})

it('tells a write to another place from those under way', () => {
  const filter = new RangeFilter()
  filter.add(rankOf('write'), 0, 8)
  expect(filter.mayWait(rankOf('write'), 8, 16)).toBe(false)
  expect(filter.mayWait(rankOf('write'), 7, 16)).toBe(true)
})

it('grows with what is under way, so that a write to another place still waits for nobody', () => {
  let filter = new RangeFilter()
  let told = 0
  for (let at = 0; at < 2048; at++) {
    if (filter.isCrowded) {
      filter = filter.larger()
      for (let other = 0; other < at; other++) filter.add(rankOf('write'), other * 800, other * 800 + 8)
    }
    if (!filter.mayWait(rankOf('write'), at * 800, at * 800 + 8)) told++
    filter.add(rankOf('write'), at * 800, at * 800 + 8)
  }
  expect(told).toBeGreaterThan(1900)
  expect(filter.isCrowded).toBe(false)
})

it('the ordering matrix lets reads and flushes pass each other, and nothing that changes a block', () => {
  const rows = ORDERS.map(later => ORDERS.filter(earlier => waitsFor(rankOf(later), rankOf(earlier))))
  expect(Object.fromEntries(ORDERS.map((order, i) => [order, rows[i]]))).toEqual({
    free: [],
    read: ['write', 'exclusive'],
    write: ['read', 'write', 'exclusive'],
    exclusive: ['read', 'write', 'exclusive'],
    flush: [],
  })
})
