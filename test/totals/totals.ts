import { type Counts, countReport, failuresOf } from './report.ts'
import { failureOf, type Step } from './step.ts'

/** A whole run: its tests by outcome, and what failed, a line each. */
export interface Totals extends Counts {
  readonly problems: readonly string[]
}

/** What one step adds to the whole. */
interface Tally {
  passed: number
  failed: number
  skipped: number
  readonly problems: string[]
}

/**
 * Adds up all steps. A step that failed without a failed test, a report that is missing and a report without a test
 * are one failure each: nothing passes because it did not run.
 *
 * @param read the text of a report, or undefined when there is none
 */
export function addUp(steps: readonly Step[], read: (path: string) => string | undefined): Totals {
  const whole: Tally = { passed: 0, failed: 0, skipped: 0, problems: [] }
  for (const step of steps) {
    const failedTests = step.reports.map(path => addReport(whole, step.name, path, read(path)))
    if (step.exitCode !== 0 && failedTests.every(count => count === 0))
      addProblem(whole, `${step.name}: ${failureOf(step)}`)
  }
  return whole
}

/** Returns how many tests failed. */
function addReport(whole: Tally, step: string, path: string, text: string | undefined): number {
  if (text === undefined) return addProblem(whole, `${step}: wrote no report ${path}`)
  const { passed, failed, skipped } = countReport(text)
  if (passed + failed + skipped === 0) return addProblem(whole, `${step}: ran no test according to ${path}`)
  whole.passed += passed
  whole.failed += failed
  whole.skipped += skipped
  whole.problems.push(...failuresOf(text).map(failure => `${step}: ${failure}`))
  return failed
}

/** Returns how many tests failed by it: none, a problem is not a test. */
function addProblem(whole: Tally, problem: string): 0 {
  whole.failed++
  whole.problems.push(problem)
  return 0
}

/** The line that closes a run. */
export function totalsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
