import type { StoreDriver } from './store-driver.ts'

/** What a test of the suite has. */
export interface StoreUnderTest {
  readonly driver: StoreDriver
  /** So many bytes, rounded up to blocks of the store: places and lengths of what it is asked are multiples of them. */
  readonly whole: (bytes: number) => number
}
