import { describe, expect, it } from 'vitest'
import { bootId, configurationFacts, noted, runName } from './run-facts.ts'

const SINCE = '2026-11-29T12:00:00.000Z'
const facts = { pid: 42, since: SINCE, version: '1.2.3', node: 'v24.1.0', boot: 'b', configuration: { path: '/a' } }

describe('what was noted of a run', () => {
  it('is found again', () => {
    const all = { ...facts, lastLines: ['one', 'two'] }
    expect(noted(JSON.stringify(all))).toEqual(all)
  })

  it('is found where parts of it are not there, or are something else', () => {
    const least = { pid: 42, since: SINCE, version: '', node: '', boot: '', configuration: null, lastLines: [] }
    expect(noted(JSON.stringify({ pid: 42, since: '2026-11-29T12:00:00Z' }))).toEqual(least)
    const odd = { pid: 42, since: SINCE, version: 1, node: null, boot: {}, lastLines: 'one' }
    expect(noted(JSON.stringify(odd))).toEqual(least)
  })

  it.each([
    '',
    '{',
    '[]',
    'null',
    JSON.stringify({ ...facts, pid: '42' }),
    JSON.stringify({ ...facts, pid: undefined }),
    JSON.stringify({ ...facts, since: 1 }),
    JSON.stringify({ ...facts, since: 'then' }),
  ])('cannot be found in %j', text => {
    expect(noted(text)).toBeUndefined()
  })

  it('has a name that begins with its time, for which a file may be named', () => {
    expect(runName(facts)).toBe('2026-11-29T12-00-00Z-42')
  })
})

it('of a configuration there is nothing where there is no file', () => {
  expect([configurationFacts(undefined), configurationFacts('/nowhere/a.json')]).toEqual([null, null])
  expect(configurationFacts('/dev/null')).toMatchObject({
    ...{ path: '/dev/null', sizeBytes: 0, modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  })
})

it('the start of a machine has a name', () => {
  expect(bootId()).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
})
