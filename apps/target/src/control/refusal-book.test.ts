import { describe, expect, it } from 'vitest'
import { RefusalBook, type RefusalEvent } from './refusal-book.ts'

const portal = '10.0.0.2:3260'
const refused = (remote: string, reason: string): RefusalEvent => ({
  kind: 'connectionRefused',
  remote,
  local: portal,
  cause: 'connections',
  reason,
})

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

  it('of a login say by whose name it came, to what and where, as what it ended, and what to do', () => {
    const book = new RefusalBook()
    const [initiatorName, targetName] = ['iqn.2026-11.com.example:a', 'iqn.2026-11.com.example:disk']
    const names = { initiatorName, targetName, targetPortalGroupTag: 2 }
    const why = { status: 0x0202, cause: 'no_acl', reason: 'no ACL' } as const
    book.heard({ kind: 'loginRefused', remote: '10.0.0.1:1', local: portal, ...names, ...why })
    expect(book.newest(1)).toEqual([
      {
        ...{ at: expect.any(Date), remote: '10.0.0.1:1', portal, initiator: initiatorName, target: targetName, tag: 2 },
        ...{ status: '0202', cause: 'no_acl', reason: 'no ACL', times: 1 },
        remedy: expect.stringContaining(`lunkit /iscsi/${targetName}/tpg2/acls create ${initiatorName};`),
      },
    ])
  })

  it('of a connection have neither names nor a status', () => {
    const book = new RefusalBook()
    book.heard(refused('10.0.0.1:1', 'too many'))
    expect(book.newest(1)).toMatchObject([{ initiator: null, target: null, tag: null, status: null }])
  })

  it('are counted by cause, those too that are not kept any more', () => {
    const book = new RefusalBook()
    book.heard({ ...refused('10.0.0.1:1', 'shutting down'), cause: 'shutting_down' } as RefusalEvent)
    for (let at = 0; at < 1100; at++) book.heard(refused(`10.0.0.1:${at}`, `reason ${at}`))
    expect(book.counts).toEqual([
      { cause: 'connections', times: 1100 },
      { cause: 'shutting_down', times: 1 },
    ])
  })

  it('are kept up to a thousand', () => {
    const book = new RefusalBook()
    for (let at = 0; at < 1100; at++) book.heard(refused(`10.0.0.1:${at}`, `reason ${at}`))
    expect(book.newest(2000)).toHaveLength(1000)
    expect(book.newest(1)[0]?.reason).toBe('reason 1099')
  })
})
