import fc from 'fast-check'
import { expect, it } from 'vitest'
import { queryText, readQuery } from './page-query.ts'

const FIRST = { find: '', state: '', sort: 'wrong', pages: { troubles: 1, luns: 1, sessions: 1, refusals: 1 } }

it.each([
  ['nothing', ''],
  ['what there is not', 'sort=colour&state=%3Cb%3E&luns=0&sessions=-1&refusals=1e9&other=x'],
  ['names of objects of JavaScript', 'sort=__proto__&state=constructor&luns=toString'],
])('%s asks for the page as it is from the first', (_what, search) => {
  expect(readQuery(search)).toEqual(FIRST)
  expect(queryText(readQuery(search))).toBe('?')
})

it('what is asked for is what the address of a link to the same page asks for', () => {
  const search = '?find=disk+1%26&state=faulted&sort=-iops&luns=3&refusals=2'
  expect(queryText(readQuery(search))).toBe(search)
  expect(queryText(readQuery(search), { sort: 'name', pages: { luns: 1 } })).toBe(
    '?find=disk+1%26&state=faulted&sort=name&refusals=2',
  )
})

it('any address is read, and what was read of it is read again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), find => {
      const query = readQuery(`?${new URLSearchParams({ find, luns: find, sort: find }).toString()}`)
      expect(readQuery(queryText(query))).toEqual(query)
    }),
    { numRuns: 30 },
  )
})
