import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import { Expectations, skipReasons, updating } from './expectations.ts'
import { maySkip } from './scope.ts'
import { type LunResult, runOnLuns, storeLuns, storeNames } from './store-luns.ts'
import { listSuiteTests, testsInRelease } from './suite-list.ts'
import { brokenExpectation, brokenRule } from './verdict.ts'

const tests = listSuiteTests()
const expectations = Expectations.load()

afterAll(() => {
  if (updating) expectations.save(tests)
})

describe('the expectations', () => {
  it.each(storeNames)('list every test of the release for %s, and no other', store => {
    expect(tests).toHaveLength(testsInRelease)
    // While they are being written down, what is there so far has to be known tests.
    const listed = expectations.tests(store)
    expect(updating ? listed.filter(test => !tests.includes(test)) : listed).toEqual(updating ? [] : tests)
  })

  it.each(storeNames)('hold no failure on %s, and no skip but for want of a command that is not served', store => {
    const known = expectations.tests(store).map(test => ({ test, words: expectations.of(store, test) ?? '' }))
    const failures = known.filter(({ words }) => words.startsWith('failed'))
    const skips = known.filter(({ test, words }) => skipReasons(words).some(reason => !maySkip(test, reason)))
    expect([...failures, ...skips]).toEqual([])
  })
})

describe.each(storeNames)('iscsi-test-cu --dataloss on %s', store => {
  const results: LunResult[] = []
  let scratch: Scratch
  let daemon: Daemon

  beforeAll(async () => {
    scratch = await Scratch.create('conformance')
    daemon = await Daemon.start(storeLuns(store, scratch.directory), scratch.directory)
  }, 60_000)

  afterAll(async () => {
    console.log(`${store}: ${summary(results)}`)
    await daemon?.stop()
    await scratch?.remove()
  }, 60_000)

  it.each(tests.map(test => [test, expectations.of(store, test) ?? 'unknown']))('%s: %s', async test => {
    const result = await runOnLuns(test, daemon)
    results.push(result)
    if (updating) expectations.note(store, test, result)
    expect(brokenRule(test, result)).toBeUndefined()
    expect(brokenExpectation(test, result, { store, expectations })).toBeUndefined()
  })
})

/** Counted by status, since iscsi-test-cu counts a skipped test as passed. */
function summary(results: readonly LunResult[]): string {
  const count = (status: LunResult['status']) => results.filter(result => result.status === status).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
}
