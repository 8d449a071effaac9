/** How many tests there were of each outcome. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Counts the tests of a vitest JSON report. A test file that could not be loaded is one failure, and so is a run that
 * vitest calls unsuccessful although each of its tests passed (an unhandled error).
 *
 * @throws Error when the text is not such a report
 */
export function countReport(text: string): Counts {
  const report: unknown = JSON.parse(text)
  const passed = numberAt(report, 'numPassedTests')
  const skipped = numberAt(report, 'numPendingTests') + numberAt(report, 'numTodoTests')
  const failed = numberAt(report, 'numFailedTests') + filesNotLoaded(report)
  const isSuccess = valueAt(report, 'success') === true
  return { passed, failed: failed === 0 && !isSuccess ? 1 : failed, skipped }
}

function filesNotLoaded(report: unknown): number {
  const files = valueAt(report, 'testResults')
  if (!Array.isArray(files))
    throw new Error('the report has no testResults: expected the output of vitest --reporter=json')
  return files.filter(file => valueAt(file, 'status') === 'failed' && !hasFailedTest(file)).length
}

function hasFailedTest(file: unknown): boolean {
  const tests = valueAt(file, 'assertionResults')
  return Array.isArray(tests) && tests.some(test => valueAt(test, 'status') === 'failed')
}

function numberAt(object: unknown, key: string): number {
  const value = valueAt(object, key)
  if (typeof value !== 'number') throw new Error(`the report's ${key} is ${String(value)}: expected a number`)
  return value
}

function valueAt(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null
    ? Object.entries(object).find(([name]) => name === key)?.[1]
    : undefined
}
