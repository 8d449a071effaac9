import { LoginResponse, LoginStatus } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { GroupRedirection } from '../server/target.ts'
import { textOf } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const HOST = 'iqn.2026-11.example:host'
const NAMES = { InitiatorName: HOST, TargetName: TARGET_NAME }
const { targetMovedTemporarily, targetMovedPermanently } = LoginStatus
const ELSEWHERE = { host: '192.0.2.7', port: 3261 }

/** What a login of the group with these redirections is answered, and whether the connection is closed. */
async function answered(redirections: readonly GroupRedirection[], keys: object = NAMES, group = {}) {
  const target = new TestTarget({ group: { redirections, ...group } })
  const client = target.connect()
  client.requestLogin({ ...keys })
  const response = await client.expect(LoginResponse)
  return { status: response.values.status, text: textOf(response), closed: client.stream.ended, target }
}

describe('a login to a portal group that is elsewhere', () => {
  it.each([
    [ELSEWHERE, targetMovedTemporarily, '192.0.2.7:3261'],
    [{ ...ELSEWHERE, permanent: true }, targetMovedPermanently, '192.0.2.7:3261'],
    [{ host: '2001:db8::7', port: 3260 }, targetMovedTemporarily, '[2001:db8::7]:3260'],
    [{ host: 'disk.example.org', port: 3260 }, targetMovedTemporarily, 'disk.example.org:3260'],
  ])('is sent to %j at once, and closed', async (redirection, status, address) => {
    const answer = await answered([redirection])
    expect([answer.status, answer.closed]).toEqual([status, true])
    expect([...answer.text]).toEqual([['TargetAddress', address]])
    expect(answer.target.counted('loginsRedirected')).toBe(1)
    expect(answer.target.events).toContainEqual(
      expect.objectContaining({ kind: 'loginRefused', status, targetName: TARGET_NAME, initiatorName: HOST }),
    )
  })

  it('is sent there whoever asks, and whatever it has to prove', async () => {
    const refuses = { access: () => undefined }
    expect((await answered([ELSEWHERE], NAMES, refuses)).status).toBe(targetMovedTemporarily)
    expect((await answered([ELSEWHERE], { ...NAMES, AuthMethod: 'CHAP' })).status).toBe(targetMovedTemporarily)
  })

  it('is sent where its initiator is to go, if that has a place of its own', async () => {
    const own = { initiator: HOST.toUpperCase(), host: '192.0.2.8', port: 3260 }
    const others = { ...ELSEWHERE, initiator: 'iqn.2026-11.example:other' }
    expect((await answered([ELSEWHERE, others, own])).text.get('TargetAddress')).toBe('192.0.2.8:3260')
    expect((await answered([others])).status).toBe(0)
  })

  it('is not one of discovery', async () => {
    const { status } = await answered([ELSEWHERE], { InitiatorName: HOST, SessionType: 'Discovery' })
    expect(status).toBe(0)
  })

  it('is let in where it has come to the place that it would be sent to', async () => {
    const here = { host: '192.0.2.1', port: 3260 }
    expect((await answered([here])).status).toBe(0)
    expect((await answered([{ ...here, port: 3261 }])).status).toBe(targetMovedTemporarily)
  })

  it('leaves the sessions that there are', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const group = { ...target.group, redirections: [ELSEWHERE] }
    target.server.define({ name: TARGET_NAME, alias: 'a disk', portalGroups: [group] })
    expect(client.stream.closed).toBe(false)
    const other = target.connect()
    other.requestLogin(NAMES)
    expect((await other.expect(LoginResponse)).values.status).toBe(targetMovedTemporarily)
  })
})
