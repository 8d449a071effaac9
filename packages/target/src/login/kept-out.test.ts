import { LoginResponse } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { ArrivingLogin, KeepOut } from '../server/kept-out.ts'
import { textOf } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const HOST = 'iqn.2026-11.example:host'
const NAMES = { InitiatorName: HOST, TargetName: TARGET_NAME }
const drained: KeepOut = () => ({ reason: 'is drained' })
const ELSEWHERE = { host: '192.0.2.7', port: 3261 }

async function answered(target: TestTarget, keys: Readonly<Record<string, string>> = NAMES) {
  const client = target.connect()
  client.requestLogin(keys)
  const response = await client.expect(LoginResponse)
  return { status: response.values.status, text: textOf(response), closed: client.stream.ended }
}

describe('a login that is kept out for a while', () => {
  it('is told at once to come back later (0301), and why stays here', async () => {
    const target = new TestTarget()
    target.server.keepOut(drained)
    const { status, text, closed } = await answered(target)
    expect([status, text.size, closed]).toEqual([0x0301, 0, true])
    expect(target.events).toContainEqual(
      expect.objectContaining({ cause: 'drained', reason: `portal group 1 of ${TARGET_NAME} is drained` }),
    )
  })

  it('is judged by who it says it is, by what it is for, and by where it came to', async () => {
    const target = new TestTarget()
    const seen: ArrivingLogin[] = []
    target.server.keepOut(login => void seen.push(login))
    expect((await answered(target, { ...NAMES, InitiatorName: HOST.toUpperCase() })).status).toBe(0)
    expect(seen[0]).toEqual({
      ...{ initiatorName: HOST, targetName: TARGET_NAME, targetPortalGroupTag: 1 },
      portal: { host: '192.0.2.1', port: 3260 },
    })
  })

  it('is sent elsewhere for now (0101) where there is another portal for it, before what is configured', async () => {
    const target = new TestTarget({ group: { redirections: [{ host: '192.0.2.8', port: 3260, permanent: true }] } })
    target.server.keepOut(() => ({ reason: 'is drained', elsewhere: ELSEWHERE }))
    const { status, text } = await answered(target)
    expect([status, text.get('TargetAddress')]).toEqual([0x0101, '192.0.2.7:3261'])
  })

  it('goes where it would go otherwise, if that is not here', async () => {
    const target = new TestTarget({ group: { redirections: [ELSEWHERE] } })
    target.server.keepOut(drained)
    expect((await answered(target)).status).toBe(0x0101)
  })

  it('is not one of discovery', async () => {
    const target = new TestTarget()
    target.server.keepOut(drained)
    expect((await answered(target, { InitiatorName: HOST, SessionType: 'Discovery' })).status).toBe(0)
  })

  it('is one too that had begun before', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin(NAMES, { transit: false })
    expect((await client.expect(LoginResponse)).values.status).toBe(0)
    target.server.keepOut(drained)
    client.requestLogin({})
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0301)
    expect(target.server.sessions).toEqual([])
  })

  it('comes in when it is not kept out any more', async () => {
    const target = new TestTarget()
    target.server.keepOut(drained)
    target.server.keepOut(() => undefined)
    expect((await answered(target)).status).toBe(0)
  })
})
