import { StoreRequest } from '@lunkit/backstores/store'
import { describe, expect, it } from 'vitest'
import { type UnitEvent, UnitReporter } from './unit-reporter.ts'

/** A reporter with a clock that the test turns, and what it has told. */
function setUp() {
  const told: UnitEvent[] = []
  let due: (() => void)[] = []
  const after = (delayMs: number, run: () => void) => {
    expect(delayMs).toBe(10_000)
    due.push(run)
    return () => {}
  }
  const reporter = new UnitReporter({ after }, event => told.push(event))
  const fail = (fields: Partial<StoreRequest>) =>
    reporter.failed(Object.assign(new StoreRequest({ completed: () => {} }), { fault: 'io', ...fields }))
  const tenSecondsPass = () => {
    const run = due
    due = []
    for (const each of run) each()
  }
  return { told, fail, tenSecondsPass, waiting: () => due.length }
}

describe('the report of failures', () => {
  it('says what the system said to the last of a kind', () => {
    const { told, fail, tenSecondsPass } = setUp()
    fail({ operation: 'write', fault: 'noSpace', cause: { code: 'ENOSPC', errno: 28, call: 'pwrite' } })
    fail({ operation: 'write', fault: 'noSpace', cause: { code: 'EDQUOT', errno: 122, call: 'pwritev2' } })
    tenSecondsPass()
    expect(told).toMatchObject([
      { times: 1, cause: { code: 'ENOSPC', errno: 28, call: 'pwrite' } },
      { times: 1, cause: { code: 'EDQUOT', errno: 122, call: 'pwritev2' } },
    ])
  })

  it('names the first of a kind at once, and counts those that follow for ten seconds', () => {
    const { told, fail, tenSecondsPass, waiting } = setUp()
    fail({ operation: 'write', offset: 4096, lengthBytes: 512 })
    fail({ operation: 'write', offset: 8192, lengthBytes: 512 })
    fail({ operation: 'write', offset: 0, lengthBytes: 1024 })
    expect(told).toEqual([
      { kind: 'operationFailed', operation: 'write', fault: 'io', offset: 4096, lengthBytes: 512, times: 1 },
    ])
    tenSecondsPass()
    expect(told.slice(1)).toEqual([
      { kind: 'operationFailed', operation: 'write', fault: 'io', offset: 0, lengthBytes: 1024, times: 2 },
    ])
    fail({ operation: 'write', offset: 0, lengthBytes: 512 })
    tenSecondsPass()
    expect(told[2]).toMatchObject({ times: 1, lengthBytes: 512 })
    tenSecondsPass()
    expect([told.length, waiting()]).toEqual([3, 0])
    fail({ operation: 'write', offset: 0, lengthBytes: 512 })
    expect(told[3]).toMatchObject({ times: 1 })
  })

  it('keeps operations and faults apart', () => {
    const { told, fail } = setUp()
    fail({ operation: 'write' })
    fail({ operation: 'read' })
    fail({ operation: 'write', fault: 'noSpace' })
    expect(told).toMatchObject([
      { operation: 'write', fault: 'io' },
      { operation: 'read', fault: 'io' },
      { operation: 'write', fault: 'noSpace' },
    ])
  })

  it('leaves out what the store itself has told: a dead lane, a failed flush', () => {
    const { told, fail } = setUp()
    fail({ operation: 'write', fault: 'laneLost' })
    fail({ operation: 'write', fault: 'flushFailed' })
    expect(told).toEqual([])
  })
})
