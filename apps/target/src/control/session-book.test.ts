import type { SessionDescription } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { SessionBook } from './session-book.ts'

const session = (initiator: string, tsih: number): SessionDescription => ({
  initiatorName: `iqn.2026-11.com.example:${initiator}`,
  isid: 1,
  targetName: 'iqn.2026-11.com.example:disk',
  targetPortalGroupTag: 1,
  authMethod: 'None',
  headerDigest: false,
  dataDigest: false,
  discovery: false,
  tsih,
  remote: { host: '127.0.0.1', port: 40_000 },
  local: { host: '127.0.0.1', port: 3260 },
})

describe('the names of sessions', () => {
  it('are never given again, though their handles are', () => {
    const book = new SessionBook()
    const [first, second] = [session('a', 1), session('b', 1)]
    book.heard({ kind: 'sessionStarted', session: first })
    expect(book.of(first)).toMatchObject({ id: '1', since: expect.any(Date) })
    book.heard({ kind: 'sessionEnded', session: first, why: 'logout' })
    expect(book.of(first)).toBeUndefined()
    book.heard({ kind: 'sessionStarted', session: second })
    expect(book.of(second)).toMatchObject({ id: '2' })
    expect(book.of(first)).toBeUndefined()
  })

  it('stay with a session whose connection was replaced', () => {
    const book = new SessionBook()
    const [before, after] = [session('a', 1), session('a', 1)]
    book.heard({ kind: 'sessionStarted', session: before })
    const since = book.of(before)?.since
    book.heard({ kind: 'sessionEnded', session: before, why: 'connectionReinstated' })
    book.heard({ kind: 'sessionStarted', session: after })
    expect(book.of(after)).toMatchObject({ id: '1', since })
  })

  it('do not stay where a session was replaced by another one', () => {
    const book = new SessionBook()
    const [before, after] = [session('a', 1), session('a', 2)]
    book.heard({ kind: 'sessionStarted', session: before })
    book.heard({ kind: 'sessionEnded', session: before, why: 'reinstated' })
    book.heard({ kind: 'sessionStarted', session: after })
    expect(book.of(after)).toMatchObject({ id: '2' })
  })
})
