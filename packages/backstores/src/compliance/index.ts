/** @lunkit/backstores/compliance: the tests that every store and every layer must pass. Runs under vitest. */
import { Slab } from '@lunkit/wire'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store.ts'
import { completionCompliance } from './completion.ts'
import { dataCompliance } from './data.ts'
import { spaceCompliance } from './space.ts'
import { StoreDriver } from './store-driver.ts'

export { pattern } from './pattern.ts'
export { type RequestFields, StoreDriver } from './store-driver.ts'

/** What a store under test is made from. */
export interface StoreMaking {
  /** The memory that its requests will bring, the same for all tests of a suite; it poisons what is released. */
  readonly slab: Slab
  /** The size that the store must have. */
  readonly sizeBytes: number
}

/** Makes a fresh store of which nothing was ever written; the suite closes it. */
export type MakeStore = (making: StoreMaking) => Store | Promise<Store>

const SIZE_BYTES = 8 * 1024 * 1024
const SLAB_BYTES = 16 * 1024 * 1024

/** Declares the suite for one kind of store that can be written. */
export function storeCompliance(name: string, makeStore: MakeStore): void {
  describe(`${name} complies with the store contract`, () => {
    let slab: Slab
    let driver: StoreDriver

    beforeAll(() => {
      slab = new Slab({ sizeBytes: SLAB_BYTES, poison: true })
    })
    beforeEach(async () => {
      driver = new StoreDriver(await makeStore({ slab, sizeBytes: SIZE_BYTES }), slab)
    })
    afterEach(async () => {
      await driver.store.close()
      expect(slab.takenBytes, 'bytes of slots that the store or its test still holds').toBe(0)
    })

    it('says what it is, how large, and that it serves', () => {
      const { plugin, name: storeName, sizeBytes, available, features } = driver.store
      expect(plugin).not.toBe('')
      expect(storeName).not.toBe('')
      expect(sizeBytes).toBe(SIZE_BYTES)
      expect(available).toBe(true)
      expect(features.write).toBe(true)
      expect(features.discardGranularityBytes).toBeGreaterThan(0)
    })

    dataCompliance(() => driver)
    spaceCompliance(() => driver)
    completionCompliance(() => driver)
  })
}
