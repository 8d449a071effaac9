import { expect, it } from 'vitest'
import { StuckBook } from './stuck-book.ts'

it('the book of operations that do not return knows since when, until they do', () => {
  const times = ['2026-11-29T10:00:00.000Z', '2026-11-29T11:00:00.000Z'].map(time => new Date(time))
  const book = new StuckBook(() => times.shift() ?? new Date(0))
  const store = 'fileio/a'
  expect(book.since(store)).toBeUndefined()
  book.heard({ kind: 'stuck', lane: 0, store })
  book.heard({ kind: 'stuck', lane: 1, store })
  expect(book.since(store)).toEqual(new Date('2026-11-29T10:00:00.000Z'))
  expect(book.since('fileio/b')).toBeUndefined()
  book.heard({ kind: 'returned', lane: 0, store, cause: undefined })
  expect(book.since(store)).toBeUndefined()
})
