import { describe, expect, it } from 'vitest'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'
import { explainGreeting, type Greeting, greetingOf } from './greeting.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

describe('what a connection begins with', () => {
  it.each([
    [latin1('GET / HTTP/1.1\r\n'), 'http'],
    [latin1('OPTIONS * HTTP/1.1\r\n'), 'http'],
    // Its first byte is that of a Login Request with the I bit.
    [latin1('CONNECT a:1 HTTP/1.1\r\n'), 'http'],
    [latin1('PRI * HTTP/2.0\r\n\r\n'), 'http'],
    [Buffer.from('160301020001', 'hex'), 'tls'],
    [latin1('SSH-2.0-OpenSSH_9.2\r\n'), 'ssh'],
    [latin1('PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n'), 'proxy'],
    [Buffer.from('0d0a0d0a000d0a515549540a', 'hex'), 'proxy'],
    [Buffer.from('43870000', 'hex'), 'iscsi'],
    [Buffer.from('03', 'hex'), 'iscsi'],
    [Buffer.from('43030000', 'hex'), 'iscsi'],
    [Buffer.from('16020000', 'hex'), 'other'],
    [latin1('hello'), 'other'],
    [Buffer.alloc(48), 'other'],
    [Buffer.alloc(0), 'none'],
  ])('is known by its first bytes: %o is %s', (bytes, greeting) => {
    expect(greetingOf(bytes)).toBe(greeting)
  })

  it.each([
    ['none', 'XPT_UP', 'peerClosed', undefined, 'it sent nothing; the peer closed it'],
    ['none', 'XPT_UP', 'loginTimedOut', undefined, 'it sent nothing; the time for a login was over'],
    ['iscsi', 'XPT_UP', 'peerClosed', undefined, 'it sent no whole Login Request; the peer closed it'],
    ['other', 'XPT_UP', 'peerClosed', undefined, 'what it sent is no iSCSI login; the peer closed it'],
    ['iscsi', 'IN_LOGIN', 'peerClosed', undefined, 'its login was not at its end; the peer closed it'],
    ['http', 'XPT_UP', 'formatError', 'a length', 'it speaks HTTP, not iSCSI; a length'],
    ['iscsi', 'IN_LOGIN', 'loginRefused', undefined, undefined],
  ] as const)('is told of one that is %s in %s and ended by %s', (greeting, state, why, detail, text) => {
    expect(explainGreeting(greeting satisfies Greeting, { state, why, detail })).toBe(text)
  })
})

describe('the end of a connection', () => {
  const lastOf = (target: TestTarget) => target.events.findLast(({ kind }) => kind === 'connectionEnded')

  it('that sent nothing is told with that', async () => {
    const target = new TestTarget()
    target.connect().stream.hangUp()
    await settled()
    expect(lastOf(target)).toMatchObject({ state: 'XPT_UP', detail: 'it sent nothing; the peer closed it' })
  })

  it('that was logged in is told without a word of how it began', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.stream.hangUp()
    await settled()
    expect(lastOf(target)).not.toHaveProperty('detail')
  })
})
