/** @lunkit/backstores/compliance: the tests that every store and every layer must pass, under any test runner. */
import '../node-version.ts'
import { equal, notEqual, ok } from 'node:assert/strict'
import { callback, checkArgument, checkOptions, oneOf, Slab, text } from '@lunkit/wire'
import type { Store } from '../store/store.ts'
import { completionCompliance } from './completion.ts'
import { dataCompliance } from './data.ts'
import { spaceCompliance } from './space.ts'
import { StoreDriver } from './store-driver.ts'
import type { StoreUnderTest } from './store-under-test.ts'
import { type TestRunner, testRunner } from './test-runner.ts'

export { pattern } from './pattern.ts'
export { type RequestFields, StoreDriver } from './store-driver.ts'
export type { TestRunner } from './test-runner.ts'

/** What a store under test is made from. */
export interface StoreMaking {
  /** The memory that its requests will bring, the same for all tests of a suite; it poisons what is released. */
  readonly slab: Slab
  /** The size that the store must have. */
  readonly sizeBytes: number
}

/** What the store under test is asked. */
export interface ComplianceOptions {
  /** The block of what it lies on, 512 or 4096: no less is read or written. 512 when left out. */
  readonly blockBytes?: number
}

/** Makes a fresh store of which nothing was ever written; the suite closes it. */
export type MakeStore = (making: StoreMaking) => Store | Promise<Store>

const NAME = text('the name of the kind of store', name => name !== '')
const MAKE_STORE = { ...callback, words: 'a function that makes a store: ({ slab, sizeBytes }) => store' }
const OPTIONS = { blockBytes: oneOf([512, 4096]) }
const SIZE_BYTES = 8 * 1024 * 1024
const SLAB_BYTES = 16 * 1024 * 1024

/**
 * Declares the suite for one kind of store that can be written. `runner` is the test runner's module, as in
 * `import * as vitest from 'vitest'`; left out, its functions are looked for in the global scope.
 * @throws {TypeError} when they are in neither, or for what is no name, or makes no store. {RangeError} for another block.
 */
export function storeCompliance(
  name: string,
  makeStore: MakeStore,
  runner?: TestRunner,
  options: ComplianceOptions = {},
): void {
  checkArgument('storeCompliance: name', name, NAME)
  checkArgument('storeCompliance: makeStore', makeStore, MAKE_STORE)
  checkOptions('storeCompliance: options', options, OPTIONS)
  const { blockBytes = 512 } = options
  const whole = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes
  const { describe, it, beforeEach, afterEach } = testRunner(runner)
  describe(`${name} complies with the store contract`, () => {
    let slab: Slab | undefined
    let driver: StoreDriver

    beforeEach(async () => {
      slab ??= new Slab({ sizeBytes: SLAB_BYTES, poison: true })
      driver = new StoreDriver(await makeStore({ slab, sizeBytes: SIZE_BYTES }), slab)
    })
    afterEach(async () => {
      await driver.store.close()
      equal(
        driver.slab.takenBytes,
        0,
        `${driver.slab.takenBytes} bytes of slots are still held by the store or its test`,
      )
    })

    it('says what it is, how large, and that it serves', () => {
      const { plugin, name: storeName, productName, rotational, sizeBytes, available, features } = driver.store
      notEqual(plugin, '')
      notEqual(storeName, '')
      notEqual(productName, '')
      equal(typeof rotational, 'boolean')
      equal(sizeBytes, SIZE_BYTES)
      equal(available, true)
      equal(features.write, true)
      ok(features.discardGranularityBytes > 0)
    })

    it('has the size that it has, and looks at it when it is asked to', async () => {
      equal(await driver.store.checkSize(), undefined)
      equal(driver.store.sizeBytes, SIZE_BYTES)
    })

    it('has several listeners, and lets each go by itself, twice as once', () => {
      const { store } = driver
      const leave = [store.listen(() => {}), store.listen(() => {})]
      for (const each of [...leave, ...leave]) equal(each(), undefined)
    })

    const current = (): StoreUnderTest => ({ driver, whole })
    const suite = { describe, it, beforeEach, afterEach }
    dataCompliance(current, suite)
    spaceCompliance(current, suite)
    completionCompliance(current, suite)
  })
}
