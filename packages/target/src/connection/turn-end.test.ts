import { LoginResponse, LoginStage, NopIn } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { settled } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'
import { TurnEnd } from './turn-end.ts'

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

describe('the end of a turn', () => {
  it('sends what was added in it, in order, and leaves what is added meanwhile to the next, turn after turn', () => {
    const scheduled: (() => void)[] = []
    const end = new TurnEnd(run => void scheduled.push(run))
    const sent: string[] = []
    const again = {
      flush: () => {
        sent.push('again')
        end.add(again)
      },
    }
    end.add(again)
    for (let turn = 0; turn < 4; turn++) {
      end.add({ flush: () => sent.push(`turn ${turn}`) })
      expect(scheduled.length).toBe(1)
      scheduled.shift()?.()
      expect(sent.splice(0)).toEqual(['again', `turn ${turn}`])
    }
  })

  it('is after what runs now, and before the next event, where nobody says when it is', async () => {
    const end = new TurnEnd()
    const seen: string[] = []
    const event = new Promise<void>(resolve => setImmediate(() => resolve(void seen.push('event'))))
    end.add({ flush: () => seen.push('flushed') })
    seen.push('now')
    await event
    expect(seen).toEqual(['now', 'flushed', 'event'])
  })
})
