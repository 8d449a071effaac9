import type { AuditRecord } from '@lunkit/control'
import { describe, expect, it } from 'vitest'
import type { Logger } from '../log/logger.ts'
import { controlLogger } from './audit-lines.ts'

/** What a notice leaves in the log, by level. */
function linesOf(notice: Parameters<ReturnType<typeof controlLogger>>[0]) {
  const lines: [level: string, facts: object, text: string][] = []
  const at = (level: string) => (facts: object, text: string) => void lines.push([level, facts, text])
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  controlLogger(log as unknown as Logger)(notice)
  return lines
}

const RECORD: AuditRecord = {
  at: new Date(),
  peer: { uid: 1000, gid: 100, pid: 42 },
  method: 'save',
  access: 'changes',
  asked: { force: true },
  outcome: 'done',
  fault: undefined,
  durationMs: 1.4,
}
const audit = (record: Partial<AuditRecord>) => linesOf({ kind: 'audit', record: { ...RECORD, ...record } })
const fault = { kind: 'conflict', what: 'is there', where: '/iscsi', right: '', nearest: null } as const

describe('the audit line', () => {
  it('says who asked what, and what came of it', () => {
    const { peer, asked } = RECORD
    expect(audit({})).toEqual([
      [
        'info',
        { event: 'call', audit: 'save', peer, outcome: 'done', fault: undefined, durationMs: 1, asked },
        'control: user 1000 (process 42): save done',
      ],
    ])
  })

  it.each<[Partial<AuditRecord>, string, string]>([
    [{ access: 'reads', method: 'status' }, 'debug', 'status done'],
    [{ access: 'reveals', method: 'document' }, 'info', 'document done'],
    [{ outcome: 'conflict', fault }, 'warn', 'save conflict: /iscsi is there'],
    [{ access: 'reads', outcome: 'conflict', fault }, 'info', 'save conflict: /iscsi is there'],
    [{ peer: undefined }, 'info', 'somebody: save done'],
  ])('is as loud as what was done: %o', (record, level, text) => {
    const [[said, , line] = []] = audit(record)
    expect([said, line]).toEqual([level, expect.stringContaining(text)])
  })

  it('has of what was asked no more than a piece', () => {
    const asked = { edits: Array.from({ length: 10_000 }, () => ({ name: 'clear', given: {} })) }
    const [[, facts] = []] = audit({ asked })
    expect(JSON.stringify(facts).length).toBeLessThan(3000)
    expect(facts).toMatchObject({ asked: expect.stringMatching(/… \(\d{6} characters\)$/) })
  })
})

it('a bug, a warning and a client that was dropped are told as what they are', () => {
  const error = new Error('a bug')
  expect(linesOf({ kind: 'failure', method: 'tree', error })).toMatchObject([
    ['error', { err: error }, expect.any(String)],
  ])
  expect(linesOf({ kind: 'warning', text: 'this' })).toEqual([['warn', { event: 'controlWarning' }, 'this']])
  expect(linesOf({ kind: 'dropped', peer: RECORD.peer, missed: 3 })).toMatchObject([
    ['warn', { missed: 3 }, expect.stringContaining('3 are missed')],
  ])
})
