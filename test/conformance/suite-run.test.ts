import { describe, expect, it } from 'vitest'
import { readResult } from './suite-run.ts'

const header = 'Suite: Read6\n  Test: Simple ...'
const endedWell = { command: 'iscsi-test-cu', code: 0, timedOut: false, stderr: '', elapsedMs: 1 }

describe('the log of iscsi-test-cu', () => {
  it('is a pass when its one test ran and passed', () => {
    const stdout = `${header}passed\n\n               tests      1      1      1      0        0\n`
    expect(readResult({ ...endedWell, stdout })).toEqual({ status: 'passed' })
  })

  it('is a skip, with the reason, when a test that was counted as passed says so', () => {
    const skipped = '    [SKIPPED] Logical unit is not removable. Skipping test.\npassed\n'
    const stdout = `${header}${skipped}               tests      1      1      1      0        0\n`
    const reason = 'Logical unit is not removable. Skipping test.'
    expect(readResult({ ...endedWell, stdout })).toEqual({ status: 'skipped', reason })
  })

  it('is a failure when the test failed', () => {
    const stdout = `${header}FAILED\n               tests      1      1      0      1        0\n`
    expect(readResult({ ...endedWell, code: 1, stdout }).status).toBe('failed')
  })

  it('is a failure when no test ran, whatever the exit code', () => {
    const stdout = '               tests      0      0      0      0        0\n'
    expect(readResult({ ...endedWell, stdout }).status).toBe('failed')
    expect(readResult({ ...endedWell, stdout: 'Failed to login\n' }).status).toBe('failed')
  })

  it('is a failure when the test did not end', () => {
    expect(readResult({ ...endedWell, code: undefined, timedOut: true, stdout: header }).status).toBe('failed')
  })
})
