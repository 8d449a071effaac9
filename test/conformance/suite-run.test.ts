import { describe, expect, it } from 'vitest'
import { nothingLogged, readResult } from './suite-run.ts'

const header = `    Send PRIN/READ_KEYS
    [SKIPPED] PERSISTENT RESERVE IN is not implemented.

Suite: Read6
  Test: Simple ...`
const footer = `    Send PRIN/READ_KEYS
    [SKIPPED] PERSISTENT RESERVE IN is not implemented.

               tests      1      1      1      0        0
`
const sent = '\n    Send READ6 (Expecting SUCCESS) LBA:0 blocks:1\n    [OK] READ6 returned SUCCESS\n'
const ended = { command: 'iscsi-test-cu', code: 0, timedOut: false, stderr: '', elapsedMs: 1 }

describe('the log of iscsi-test-cu', () => {
  it('is a pass when its one test ran and passed, whatever was skipped before and after it', () => {
    const stdout = `${header}${sent}passed${footer}`
    expect(readResult({ ...ended, stdout })).toEqual({ status: 'passed', complaints: [] })
  })

  it('is a skip, with each reason once, when a test that was counted as passed says so', () => {
    const skips = '    [SKIPPED] ORWRITE is not implemented.\n    [SKIPPING] Too small.\n'
    const stdout = `${header}${sent}${skips}${skips}passed\n`
    const reasons = ['ORWRITE is not implemented.', 'Too small.']
    expect(readResult({ ...ended, stdout })).toEqual({ status: 'skipped', reasons })
  })

  it('is a skip when a test passed without a word', () => {
    expect(readResult({ ...ended, stdout: `${header}passed${footer}` })).toEqual({
      status: 'skipped',
      reasons: [nothingLogged],
    })
  })

  it('is a pass with complaints when a test that passed says that something failed', () => {
    const stdout = `${header}${sent}    [FAILED] WRITE10 command failed\npassed${footer}`
    expect(readResult({ ...ended, stdout })).toEqual({ status: 'passed', complaints: ['WRITE10 command failed'] })
  })

  it('is a failure when the test failed', () => {
    const stdout = `${header}${sent}FAILED\n    1. test_read6.c:45  - CU_ASSERT_EQUAL(ret,0)\n`
    expect(readResult({ ...ended, code: 1, stdout }).status).toBe('failed')
  })

  it('is what the second time gave when the test ran twice', () => {
    const stdout = `${header}${sent}FAILED\n    1. test.c:157\nSuite: Read6\n  Test: Simple ...${sent}passed${footer}`
    expect(readResult({ ...ended, code: 1, stdout }).status).toBe('passed')
  })

  it('is a failure when no test ran, whatever the exit code', () => {
    const stdout = '               tests      0      0      0      0        0\n'
    expect(readResult({ ...ended, stdout }).status).toBe('failed')
    expect(readResult({ ...ended, stdout: 'Failed to login\n' }).status).toBe('failed')
  })

  it('is a failure when the program crashed after the test passed', () => {
    expect(readResult({ ...ended, code: undefined, stdout: `${header}${sent}passed\n` }).status).toBe('failed')
  })

  it('is a failure when the test did not end', () => {
    expect(readResult({ ...ended, code: undefined, timedOut: true, stdout: header }).status).toBe('failed')
  })
})
