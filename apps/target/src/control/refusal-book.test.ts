import { describe, expect, it } from 'vitest'
import { RefusalBook } from './refusal-book.ts'

const refused = (remote: string, reason: string) => ({ kind: 'connectionRefused', remote, reason }) as const

describe('refusals', () => {
  it('that repeat each other from one address, whatever its port, are one, and the newest come first', () => {
    const book = new RefusalBook()
    for (const port of [1, 2, 3]) book.heard(refused(`10.0.0.1:${port}`, 'too many'))
    book.heard(refused('[fd00::1]:5', 'too many'))
    book.heard(refused('10.0.0.1:4', 'too many'))
    expect(book.newest(10).map(({ remote, times }) => [remote, times])).toEqual([
      ['10.0.0.1:4', 1],
      ['[fd00::1]:5', 1],
      ['10.0.0.1:3', 3],
    ])
    expect(book.newest(1)).toHaveLength(1)
  })

  it('of a login say by whose name it came, and to which target', () => {
    const book = new RefusalBook()
    const who = { initiatorName: 'iqn.2026-11.com.example:a', targetName: undefined }
    book.heard({ kind: 'loginRefused', remote: '10.0.0.1:1', status: 0x0202, reason: 'no ACL', ...who })
    expect(book.newest(1)).toMatchObject([{ initiator: who.initiatorName, target: null, reason: 'no ACL' }])
  })

  it('are kept up to a thousand', () => {
    const book = new RefusalBook()
    for (let at = 0; at < 1100; at++) book.heard(refused(`10.0.0.1:${at}`, `reason ${at}`))
    expect(book.newest(2000)).toHaveLength(1000)
    expect(book.newest(1)[0]?.reason).toBe('reason 1099')
  })
})
