import { closeSync, fstatSync, openSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isJournal, priorityOf } from './journal.ts'

describe('the journal', () => {
  it('is known by the device and the inode that systemd names', () => {
    const fd = openSync('/dev/null', 'w')
    const { dev, ino } = fstatSync(fd, { bigint: true })
    expect([isJournal(fd, `${dev}:${ino}`), isJournal(fd, `${dev}:${ino + 1n}`)]).toEqual([true, false])
    closeSync(fd)
    expect(isJournal(fd, `${dev}:${ino}`)).toBe(false)
  })

  it('is told priorities by the level of a record, in numbers or words', () => {
    expect(['{"level":60,', '{"level":"error",', '{"level":10,', '{}'].map(priorityOf)).toEqual([
      '<2>',
      '<3>',
      '<7>',
      '<6>',
    ])
  })
})
