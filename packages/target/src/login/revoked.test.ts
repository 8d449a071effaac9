import { LoginResponse, LoginStage } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { DEFAULT_ACCESS, type InitiatorAccess } from '../server/access.ts'
import { HandRouter } from '../testing/hand-router.ts'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME, SessionType: 'Normal' }
const OPEN = { ...DEFAULT_ACCESS, authenticationRequired: false }

/** A login that was let in by its first request, and is not over. */
async function halfLoggedIn(target: TestTarget): Promise<TestClient> {
  const client = target.connect()
  client.requestLogin(NAMES, { transit: false, nextStage: LoginStage.securityNegotiation })
  expect((await client.expect(LoginResponse)).values).toMatchObject({ status: 0, transit: false })
  return client
}

async function end(client: TestClient): Promise<number> {
  client.requestLogin({})
  return (await client.expect(LoginResponse)).values.status
}

describe('a login whose access is taken away before its end is refused, and begins no session', () => {
  it.each<[string, InitiatorAccess | undefined, number]>([
    ['its ACL was removed: 0202', undefined, 0x0202],
    ['authentication is asked for now: 0201', { ...OPEN, authenticationRequired: true }, 0x0201],
    ['nothing that matters has changed: 0000', OPEN, 0],
  ])('%s', async (_what, later, status) => {
    let access: InitiatorAccess | undefined = OPEN
    const target = new TestTarget({ group: { access: () => access } })
    const client = await halfLoggedIn(target)
    access = later
    expect(await end(client)).toBe(status)
    expect(target.server.sessions).toHaveLength(status === 0 ? 1 : 0)
  })

  it('its target was removed: 0204', async () => {
    const target = new TestTarget()
    const client = await halfLoggedIn(target)
    target.server.undefine(TARGET_NAME)
    expect(await end(client)).toBe(0x0204)
  })

  it('another group has come in the place of its group: 0203', async () => {
    const target = new TestTarget()
    const client = await halfLoggedIn(target)
    target.server.define({ name: TARGET_NAME, portalGroups: [{ ...target.group, router: new HandRouter() }] })
    expect(await end(client)).toBe(0x0203)
  })

  it('also while it waits for the session that it reinstates', async () => {
    let access: InitiatorAccess | undefined = OPEN
    const target = new TestTarget({ group: { access: () => access } })
    const old = await target.loggedIn()
    old.command({})
    target.hand.endsAtOnce = false
    const client = target.connect()
    client.requestLogin(NAMES)
    await settled()
    access = undefined
    for (const nexus of target.hand.nexuses) if (nexus.closedBy) nexus.end()
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0202)
    expect(target.server.sessions).toEqual([])
  })
})
