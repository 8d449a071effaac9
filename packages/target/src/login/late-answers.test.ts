import { ChapSecret } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { TargetLimits } from '../limits.ts'
import { ChapClient } from '../testing/chap-client.ts'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const credentials = { name: 'alice', secret: new ChapSecret('secretsecret12') }

const guarded = (limits: Partial<TargetLimits> = {}) =>
  new TestTarget({ access: { authenticationRequired: true, credentials }, limits })

/** A login that has said a name and a secret, of which one may be wrong. */
async function tried(target: TestTarget, name = 'alice', secret = 'wrong'): Promise<ChapClient> {
  const client = new ChapClient(target)
  const asked = await client.asked('7')
  const stages = { currentStage: 0, nextStage: 1 } as const
  client.client.requestLogin(client.response(asked, name, secret), stages)
  await settled()
  return client
}

const answered = ({ client }: ChapClient): boolean => client.packets.length > 0

describe('the answer to a login with a wrong name or secret', () => {
  it.each([
    ['secret', 'alice', 'wrong'],
    ['name', 'bob', 'secretsecret12'],
    ['name and the secret', 'bob', 'wrong'],
  ])('waits for a second where the %s is wrong', async (_what, name, secret) => {
    const target = guarded()
    const client = await tried(target, name, secret)
    await target.pass(900)
    expect(answered(client)).toBe(false)
    await target.pass(200)
    expect(await client.heard()).toMatchObject({ status: 0x0201, transit: false })
  })

  it('waits for as long, to the tick, whether the name is wrong or the secret', async () => {
    const target = guarded({ failedLoginDelayMs: 700 })
    const clients = [await tried(target), await tried(target, 'bob', 'secretsecret12'), await tried(target, 'bob')]
    const ticks: boolean[][] = []
    for (let tick = 0; tick < 9; tick++) {
      await target.pass(100)
      ticks.push(clients.map(answered))
    }
    const first = ticks.findIndex(each => each.includes(true))
    expect([first, ticks[first]]).toEqual([expect.toBeOneOf([6, 7]), [true, true, true]])
  })

  it('is counted and told at once', async () => {
    const target = guarded()
    await tried(target)
    expect(target.told).toContain('loginRefused')
    expect(target.counted('loginsAuthenticationFailed')).toBe(1)
  })

  it('holds no login with the right one from the same address', async () => {
    const target = guarded()
    const wrong = await tried(target)
    const right = await tried(target, 'alice', 'secretsecret12')
    expect([answered(wrong), answered(right)]).toEqual([false, true])
  })

  it('takes the place of no login that is under way', async () => {
    const target = guarded({ connectionsInLogin: 1, connectionsInLoginPerSource: 1 })
    await tried(target)
    expect(target.counted('connectionsInLogin')).toBe(0)
    expect(answered(await tried(target, 'alice', 'secretsecret12'))).toBe(true)
  })

  it('waits no longer where its connection is one too many, and leaves nothing of that', async () => {
    const target = guarded({ connections: 2 })
    const [first, second] = [await tried(target), await tried(target)]
    expect(answered(await tried(target, 'alice', 'secretsecret12'))).toBe(true)
    expect([first, second].map(({ client }) => client.stream.closed)).toEqual([true, false])
    expect([target.counted('loginsAnsweredEarly'), target.counted('connectionsRefused')]).toEqual([1, 0])
  })

  it('waits no longer where more than so many would wait', async () => {
    const target = guarded({ failedLoginsHeld: 2 })
    const clients = [await tried(target), await tried(target), await tried(target)]
    expect(clients.map(answered)).toEqual([true, false, false])
    expect(target.counted('loginsAnsweredEarly')).toBe(1)
  })

  it('is not sent to who has gone, and leaves nothing behind', async () => {
    const target = guarded()
    const { client } = await tried(target)
    client.stream.hangUp()
    await settled()
    expect(target.server.connections).toBe(0)
    expect(target.timers.size).toBe(0)
  })

  it('comes at once where no delay is set', async () => {
    expect(answered(await tried(guarded({ failedLoginDelayMs: 0 })))).toBe(true)
  })
})
