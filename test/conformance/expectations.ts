import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Result } from './suite-run.ts'

/** The stores that the conformance suite runs against. */
export const storeNames = ['fileio', 'ramdisk'] as const

/** One of the stores. */
export type StoreName = (typeof storeNames)[number]

const expectationsUrl = new URL('./expectations.json', import.meta.url)
const skippedPrefix = 'skipped: '

/** Whether this run writes down what it sees instead of comparing: `LUNKIT_UPDATE_EXPECTATIONS=1`. */
export const updating = process.env['LUNKIT_UPDATE_EXPECTATIONS'] === '1'

/** What every test of iscsi-test-cu is known to give on a store: `passed`, `failed` or `skipped: REASON`. */
export class Expectations {
  readonly #stores: Record<StoreName, Record<string, string>>

  private constructor(stores: Record<StoreName, Record<string, string>>) {
    this.#stores = stores
  }

  /** Reads the checked-in file; without one, nothing is known. */
  static load(): Expectations {
    const empty = { fileio: {}, ramdisk: {} }
    return new Expectations(existsSync(expectationsUrl) ? JSON.parse(readFileSync(expectationsUrl, 'utf8')) : empty)
  }

  /** The tests that are known for a store, in the order of the file. */
  tests(store: StoreName): string[] {
    return Object.keys(this.#stores[store])
  }

  /** What is known of a test, or undefined when the file does not list it. */
  of(store: StoreName, test: string): string | undefined {
    return this.#stores[store][test]
  }

  /** The reason for which a test is known to be skipped, or undefined when it is not. */
  skipReason(store: StoreName, test: string): string | undefined {
    const known = this.of(store, test)
    return known?.startsWith(skippedPrefix) ? known.slice(skippedPrefix.length) : undefined
  }

  /** Notes a result; a test that has passed once stays a test that passes. */
  note(store: StoreName, test: string, result: Result): void {
    if (this.of(store, test) !== 'passed') this.#stores[store][test] = inWords(result)
  }

  /** Writes the file, with the tests of each store in the order given. */
  save(order: readonly string[]): void {
    const sorted = Object.fromEntries(storeNames.map(store => [store, this.#inOrder(store, order)]))
    writeFileSync(expectationsUrl, `${JSON.stringify(sorted, undefined, 2)}\n`)
  }

  #inOrder(store: StoreName, order: readonly string[]): Record<string, string> {
    const known = this.#stores[store]
    return Object.fromEntries(order.flatMap(test => (known[test] === undefined ? [] : [[test, known[test]]])))
  }
}

/** A result in the words of the file. */
export function inWords(result: Result): string {
  return result.status === 'skipped' ? skippedPrefix + result.reason : result.status
}
