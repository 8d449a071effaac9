import { ChapSecret } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { ChapClient } from '../testing/chap-client.ts'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const credentials = { name: 'alice', secret: new ChapSecret('secretsecret12') }
const guarded = (limits: { connectionsInLogin: number; connectionsInLoginPerSource: number }) =>
  new TestTarget({ access: { authenticationRequired: true, credentials }, limits })

/** One that has come, two seconds ago by now: it has said nothing, or was asked and has not answered. */
async function silent(target: TestTarget, isAsked: boolean): Promise<ChapClient> {
  const client = new ChapClient(target)
  if (isAsked) await client.asked('7')
  await settled()
  await target.pass(2100)
  return client
}

async function comesIn(target: TestTarget): Promise<number> {
  const client = new ChapClient(target)
  const asked = await client.asked('7')
  await client.say(client.response(asked, 'alice', 'secretsecret12'), true)
  return client.conclude()
}

describe('a login with the right secret', () => {
  it.each([
    ['has said nothing', 'of its own source', false, { connectionsInLogin: 9, connectionsInLoginPerSource: 1 }],
    [
      'was asked and does not answer',
      'of its own source',
      true,
      { connectionsInLogin: 9, connectionsInLoginPerSource: 1 },
    ],
    [
      'has said nothing',
      'where all places are taken',
      false,
      { connectionsInLogin: 1, connectionsInLoginPerSource: 9 },
    ],
    [
      'was asked and does not answer',
      'where all places are taken',
      true,
      { connectionsInLogin: 1, connectionsInLoginPerSource: 9 },
    ],
  ])('gets the place of who %s, %s', async (_what, _where, isAsked, limits) => {
    const target = guarded(limits)
    const { client } = await silent(target, isAsked)
    expect(await comesIn(target)).toBe(0)
    expect([client.stream.closed, target.counted('loginsDisplaced')]).toEqual([true, 1])
  })

  it('keeps its place when it has proved who it is, however long it takes then', async () => {
    const target = guarded({ connectionsInLogin: 1, connectionsInLoginPerSource: 1 })
    const right = new ChapClient(target)
    const asked = await right.asked('7')
    await right.say(right.response(asked, 'alice', 'secretsecret12'), true)
    await target.pass(5000)
    new ChapClient(target)
    await settled()
    expect([target.counted('connectionsRefused'), target.counted('loginsDisplaced')]).toEqual([1, 0])
    expect(await right.conclude()).toBe(0)
  })

  it('has as long for its answer as for its first word', async () => {
    const target = guarded({ connectionsInLogin: 1, connectionsInLoginPerSource: 9 })
    const right = new ChapClient(target)
    await target.pass(1500)
    const asked = await right.asked('7')
    await target.pass(1500)
    new ChapClient(target)
    await settled()
    await right.say(right.response(asked, 'alice', 'secretsecret12'), true)
    expect([await right.conclude(), target.counted('connectionsRefused')]).toEqual([0, 1])
  })
})
