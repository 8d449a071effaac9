import { type Expectations, inWords, type StoreName } from './expectations.ts'
import { maySkip, mustNotFail } from './scope.ts'
import type { Result } from './suite-run.ts'

const howToUpdate = 'LUNKIT_UPDATE_EXPECTATIONS=1 npm run test:conformance'

/** What is wrong with a result by itself, or undefined: a failure or a skip that is never allowed. */
export function brokenRule(test: string, result: Result): string | undefined {
  if (result.status === 'failed' && mustNotFail(test)) return `${test} failed:\n${result.output}`
  if (result.status === 'skipped' && !maySkip(test, result.reason)) {
    return `${test} was skipped, but lunkit serves what it tests: ${result.reason}`
  }
  return undefined
}

/** What is wrong with a result beside what is known of the test, or undefined: tests that pass may only become more. */
export function brokenExpectation(
  test: string,
  result: Result,
  known: { readonly store: StoreName; readonly expectations: Expectations },
): string | undefined {
  const before = known.expectations.of(known.store, test)
  const now = inWords(result)
  if (before === now) return undefined
  if (before === 'passed') return `${test} passed on ${known.store} before, and now is ${describe(result)}`
  const was = before === undefined ? 'is not in expectations.json' : `was expected to be ${before}`
  return `${test} ${was}, and now is ${describe(result)}; check it in with: ${howToUpdate}`
}

function describe(result: Result): string {
  return result.status === 'failed' ? `failed:\n${result.output}` : inWords(result)
}
