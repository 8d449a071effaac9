import { type Counts, countReport } from './report.ts'
import { failureOf, type Step } from './step.ts'

/** A whole run: its tests by outcome, and each failure that is not a test. */
export interface Totals extends Counts {
  readonly problems: readonly string[]
}

/**
 * Adds up all steps. A step that failed without a failed test, a report that is missing and a report without a test
 * are one failure each: nothing passes because it did not run.
 *
 * @param read the text of a report, or undefined when there is none
 */
export function addUp(steps: readonly Step[], read: (path: string) => string | undefined): Totals {
  let passed = 0
  let failed = 0
  let skipped = 0
  const problems: string[] = []
  for (const step of steps) {
    const found: string[] = []
    let failedTests = 0
    for (const path of step.reports) {
      const counts = countOrExplain(path, read)
      if (typeof counts === 'string') {
        found.push(`${step.name}: ${counts}`)
        continue
      }
      passed += counts.passed
      failedTests += counts.failed
      skipped += counts.skipped
    }
    if (step.exitCode !== 0 && failedTests === 0) found.push(`${step.name}: ${failureOf(step)}`)
    failed += failedTests + found.length
    problems.push(...found)
  }
  return { passed, failed, skipped, problems }
}

/** The line that closes a run. */
export function totalsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

function countOrExplain(path: string, read: (path: string) => string | undefined): Counts | string {
  const text = read(path)
  if (text === undefined) return `wrote no report ${path}`
  const counts = countReport(text)
  const all = counts.passed + counts.failed + counts.skipped
  return all === 0 ? `ran no test according to ${path}` : counts
}
