import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseSteps } from './step.ts'
import { addUp, totalsLine } from './totals.ts'

/** What vitest writes with its JSON reporter, as far as it is read. */
function report(passed: number, failed = 0, skipped = 0): string {
  const failure = { status: 'failed', fullName: 'disks are kept', failureMessages: ['Error: lost 3\n    at disk.ts:7'] }
  const tests = [...Array(failed).fill(failure), ...Array(passed).fill({ status: 'passed' })]
  return JSON.stringify({
    numTotalTests: passed + failed + skipped,
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: 0,
    success: failed === 0,
    testResults: [
      { name: join(process.cwd(), 'a.test.ts'), status: failed === 0 ? 'passed' : 'failed', assertionResults: tests },
    ],
  })
}

function total(steps: string, reports: Record<string, string> = {}) {
  const { problems, ...counts } = addUp(parseSteps(steps), path => reports[path])
  return { problems, line: totalsLine(counts) }
}

describe('the totals of a CI run', () => {
  it('are added up over all reports of all steps', () => {
    const steps = 'packages\t0\nunit\t0\ta.json\tb.json\nqemu\t0\tc.json\n'
    expect(total(steps, { 'a.json': report(5), 'b.json': report(2, 0, 1), 'c.json': report(40) })).toEqual({
      problems: [],
      line: '47 passed, 0 failed, 1 skipped',
    })
  })

  it('count failed tests once, not again for the exit code of their step, and name each', () => {
    const named = 'unit: a.test.ts > disks are kept: Error: lost 3'
    expect(total('unit\t1\ta.json\n', { 'a.json': report(5, 2) })).toEqual({
      problems: [named, named],
      line: '5 passed, 2 failed, 0 skipped',
    })
  })

  it('count a step that failed without a failed test', () => {
    expect(total('unit\t2\ta.json\n', { 'a.json': report(5) })).toEqual({
      problems: ['unit: ended with exit code 2'],
      line: '5 passed, 1 failed, 0 skipped',
    })
  })

  it.each([124, 137])('say that a step overran its budget when timeout ended it with %i', code => {
    expect(total(`guest\t${code}\ta.json\n`, { 'a.json': report(5) }).problems).toEqual([
      'guest: overran its time budget',
    ])
  })

  it('count a missing report as a failure although the step ended with 0', () => {
    expect(total('qemu\t0\tq.json\n')).toEqual({
      problems: ['qemu: wrote no report q.json'],
      line: '0 passed, 1 failed, 0 skipped',
    })
  })

  it('count a suite without a test as a failure', () => {
    expect(total('qemu\t0\tq.json\n', { 'q.json': report(0) })).toEqual({
      problems: ['qemu: ran no test according to q.json'],
      line: '0 passed, 1 failed, 0 skipped',
    })
  })

  it('count a test file that could not be loaded as a failure', () => {
    const broken = {
      ...JSON.parse(report(3)),
      success: false,
      testResults: [{ name: join(process.cwd(), 'b.test.ts'), status: 'failed', message: '', assertionResults: [] }],
    }
    expect(total('unit\t1\ta.json\n', { 'a.json': JSON.stringify(broken) })).toEqual({
      problems: ['unit: b.test.ts: it does not say why'],
      line: '3 passed, 1 failed, 0 skipped',
    })
  })

  it('count an unhandled error beside passed tests as a failure', () => {
    const unhandled = { ...JSON.parse(report(3)), success: false }
    expect(total('unit\t1\ta.json\n', { 'a.json': JSON.stringify(unhandled) }).line).toBe(
      '3 passed, 1 failed, 0 skipped',
    )
  })

  it('refuse a report of another shape', () => {
    expect(() => total('unit\t0\ta.json\n', { 'a.json': '{}' })).toThrow("the report's numPassedTests is undefined")
  })

  it('refuse a line that is no step', () => {
    expect(() => total('unit\tzero\n')).toThrow('line 1 of the steps is "unit\\tzero"')
  })
})
