import { relative } from 'node:path'

/** How many tests there were of each outcome. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** The longest that is told of what a failed test said, in characters. */
const TOLD_CHARACTERS = 300

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

/**
 * What failed by a vitest JSON report, a line each: the file, the test's name and the first line of what it said.
 *
 * @throws Error when the text is not such a report
 */
export function failuresOf(text: string): string[] {
  return filesOf(JSON.parse(text)).flatMap(file => {
    const failed = failedTests(file)
    if (failed.length > 0) return failed.map(test => failureLine(file, test))
    return valueAt(file, 'status') === 'failed' ? [`${nameOf(file)}: ${firstLine(valueAt(file, 'message'))}`] : []
  })
}

function failureLine(file: unknown, test: unknown): string {
  const messages = valueAt(test, 'failureMessages')
  const told = firstLine(Array.isArray(messages) ? messages[0] : undefined)
  return `${nameOf(file)} > ${String(valueAt(test, 'fullName'))}: ${told}`
}

function nameOf(file: unknown): string {
  return relative(process.cwd(), String(valueAt(file, 'name')))
}

function firstLine(message: unknown): string {
  const [line = ''] = typeof message === 'string' ? message.split('\n') : []
  return line === '' ? 'it does not say why' : line.slice(0, TOLD_CHARACTERS)
}

function filesNotLoaded(report: unknown): number {
  return filesOf(report).filter(file => valueAt(file, 'status') === 'failed' && failedTests(file).length === 0).length
}

function filesOf(report: unknown): unknown[] {
  const files = valueAt(report, 'testResults')
  if (!Array.isArray(files))
    throw new Error('the report has no testResults: expected the output of vitest --reporter=json')
  return files
}

function failedTests(file: unknown): unknown[] {
  const tests = valueAt(file, 'assertionResults')
  return Array.isArray(tests) ? tests.filter(test => valueAt(test, 'status') === 'failed') : []
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
