import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { Expectations, type StoreName, storeNames, updating } from './expectations.ts'
import { listSuiteTests, testsInRelease } from './suite-list.ts'
import { type Result, runSuiteTest } from './suite-run.ts'
import { brokenExpectation, brokenRule } from './verdict.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:conformance'
const sizeBytes = 256 * 2 ** 20
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

  it.each(storeNames)('hold no skip on %s for want of a command that is served', store => {
    const broken = expectations.tests(store).flatMap(test => {
      const reason = expectations.skipReason(store, test)
      return reason === undefined ? [] : (brokenRule(test, { status: 'skipped', reason }) ?? [])
    })
    expect(broken).toEqual([])
  })
})

describe.each(storeNames)('iscsi-test-cu --dataloss on %s', store => {
  const results: Result[] = []
  let scratch: Scratch
  let daemon: Daemon

  beforeAll(async () => {
    scratch = await Scratch.create('conformance')
    daemon = await Daemon.start({ iqn, stores: [storageObject(store, scratch)] }, scratch.directory)
  }, 60_000)

  afterAll(async () => {
    console.log(`${store}: ${summary(results)}`)
    await daemon?.stop()
    await scratch?.remove()
  }, 60_000)

  it.each(tests.map(test => [test, expectations.of(store, test) ?? 'unknown']))('%s: %s', async test => {
    const result = await runSuiteTest(test, daemon.url(0))
    results.push(result)
    if (updating) expectations.note(store, test, result)
    expect(brokenRule(test, result)).toBeUndefined()
    expect(brokenExpectation(test, result, { store, expectations })).toBeUndefined()
  })
})

function storageObject(store: StoreName, scratch: Scratch): StorageObject {
  return store === 'ramdisk'
    ? { plugin: 'ramdisk', name: 'disk0', sizeBytes }
    : { plugin: 'fileio', name: 'disk0', sizeBytes, path: scratch.path('disk.img'), writeBack: true }
}

/** Counted by status, since iscsi-test-cu counts a skipped test as passed. */
function summary(results: readonly Result[]): string {
  const count = (status: Result['status']) => results.filter(result => result.status === status).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
}
