import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type LunResult, type StoreName, storeNames } from './store-luns.ts'

const expectationsUrl = new URL('./expectations.json', import.meta.url)
const betweenReasons = ' + '

/** Whether this run writes down what it sees instead of comparing: `LUNKIT_UPDATE_EXPECTATIONS=1`. */
export const updating = process.env['LUNKIT_UPDATE_EXPECTATIONS'] === '1'

/** What every test of iscsi-test-cu is known to give on a store, in the words of inWords(). */
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

  /** Notes a result; a test that has passed once stays a test that passes. */
  note(store: StoreName, test: string, result: LunResult): void {
    const before = this.of(store, test)
    if (before === undefined || !isPass(before)) this.#stores[store][test] = inWords(result)
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

/** A result in the words of the file: `passed`, `passed (removable LUN)`, `skipped: REASON`, `failed`. */
export function inWords(result: LunResult): string {
  const where = result.lun === 'plain' ? result.status : `${result.status} (${result.lun} LUN)`
  if (result.status === 'failed') return `${where}:\n${result.output}`
  return result.status === 'skipped' ? `${where}: ${result.reasons.join(betweenReasons)}` : where
}

/** Whether the words are those of a test that passed. */
export function isPass(words: string): boolean {
  return /^passed\b/.test(words)
}

/** The reasons in the words of a skipped test; none in any others. */
export function skipReasons(words: string): string[] {
  return /^skipped.*?: (?<reasons>.*)$/.exec(words)?.groups?.['reasons']?.split(betweenReasons) ?? []
}
