import { type Expectations, inWords, isPass } from './expectations.ts'
import { mayComplain, maySkip } from './scope.ts'
import type { LunResult, StoreName } from './store-luns.ts'
import type { Result } from './suite-run.ts'

const howToUpdate = 'LUNKIT_UPDATE_EXPECTATIONS=1 npm run test:conformance'

/** What is wrong with a result by itself, or undefined: a failure, or a skip or complaint that is never allowed. */
export function brokenRule(test: string, result: Result): string | undefined {
  if (result.status === 'failed') return `${test} failed:\n${result.output}`
  if (result.status === 'passed') {
    const complaint = result.complaints.find(each => !mayComplain(test, each))
    return complaint === undefined ? undefined : `${test} passed, but says that something failed: ${complaint}`
  }
  const reason = result.reasons.find(each => !maySkip(test, each))
  return reason === undefined ? undefined : `${test} was skipped, but lunkit serves what it tests: ${reason}`
}

/** What is wrong with a result beside what is known of the test, or undefined: tests that pass may only become more. */
export function brokenExpectation(
  test: string,
  result: LunResult,
  known: { readonly store: StoreName; readonly expectations: Expectations },
): string | undefined {
  const before = known.expectations.of(known.store, test)
  const now = inWords(result)
  if (before === now) return undefined
  if (before !== undefined && isPass(before)) return `${test} ${before} on ${known.store} before, and now is ${now}`
  const was = before === undefined ? 'is not in expectations.json' : `was expected to be ${before}`
  return `${test} ${was}, and now is ${now}; check it in with: ${howToUpdate}`
}
