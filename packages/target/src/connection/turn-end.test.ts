import { LoginResponse, LoginStage, NopIn } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { settled } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME, SessionType: 'Normal' }

describe('when an answer is written', () => {
  it('is at once in a session, where nothing more follows', async () => {
    const client = await new TestTarget().loggedIn()
    const before = client.stream.writes
    client.ping()
    expect(client.stream.writes).toBe(before + 1)
    expect((await client.expect(NopIn)).pdu).toBe(NopIn)
  })

  it('is after the other events of the process in a login, which may wait', async () => {
    const client = new TestTarget().connect()
    client.requestLogin(NAMES, { transit: false, nextStage: LoginStage.securityNegotiation })
    expect(client.stream.writes).toBe(0)
    await settled()
    expect(client.stream.writes).toBe(1)
    expect((await client.expect(LoginResponse)).values.status).toBe(0)
  })
})
