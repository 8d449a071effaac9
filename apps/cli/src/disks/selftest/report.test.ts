import { expect, it } from 'vitest'
import { Report } from './report.ts'

it('the lines of a report are its checks, each with what is right where something is', () => {
  const report = new Report()
  report.ok('a')
  expect(report.lines).toEqual(['ok     a', '1 checks: all is well.'])
  report.note('b', 'Right is c.')
  report.wrong('d')
  report.wrong('e', 'Right is f.')
  expect(report.lines).toEqual([
    ...['ok     a', 'note   b', '       Right is c.', 'wrong  d', 'wrong  e', '       Right is f.'],
    '2 of 4 checks are wrong.',
  ])
})
