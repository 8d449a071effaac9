import { checkArgument, object } from '@lunkit/wire'

/** What the suite needs of a test runner. vitest, jest, mocha and node:test have it. */
export interface TestRunner {
  readonly describe: (name: string, declare: () => void) => unknown
  readonly it: (name: string, run: (() => void) | (() => Promise<void>)) => unknown
  readonly beforeEach: (prepare: () => Promise<void>) => unknown
  readonly afterEach: (finish: () => Promise<void>) => unknown
}

const NAMES = ['describe', 'it', 'beforeEach', 'afterEach'] as const

/**
 * The runner that a suite was given, or the one that has put its functions into the global scope.
 * @throws {TypeError} when a function is missing, naming it.
 */
export function testRunner(given: TestRunner | undefined): TestRunner {
  if (given !== undefined) checkArgument('the test runner', given, object('an object of functions: describe, it, ...'))
  const runner = given ?? (globalThis as unknown as TestRunner)
  const missing = NAMES.filter(name => typeof runner[name] !== 'function')
  if (missing.length === 0) return runner
  throw new TypeError(
    `${given ? 'the test runner that was given' : 'the global scope'} has no ${missing.join(', ')}; give the functions of \
your test runner: import * as vitest from 'vitest', then storeCompliance(name, makeStore, vitest)`,
  )
}
