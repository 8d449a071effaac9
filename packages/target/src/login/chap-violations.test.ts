import { ChapSecret, formatBinary, LoginStage } from '@lunkit/pdu'
import { afterEach, describe, expect, it } from 'vitest'
import type { LoginProof } from '../server/login-proof.ts'
import { ChapClient, NAMES, type SecurityAnswer } from '../testing/chap-client.ts'
import { reasonsTold, TestTarget } from '../testing/test-target.ts'

// What an administrator is told of it is kept word by word.
afterEach(() => {
  expect(reasonsTold()).toMatchSnapshot()
})

const SECRET = 'secretsecret12'
const MUTUAL = 'mutualsecret12'
const credentials = {
  name: 'alice',
  secret: new ChapSecret(SECRET),
  mutual: { name: 'tgt', secret: new ChapSecret(MUTUAL) },
}
const DEMANDED: LoginProof = { authenticationRequired: true, credentials }
const OWN = { CHAP_I: '1', CHAP_C: '0xf00d' }

type Said = Readonly<Record<string, string>>
/** What an initiator says that has been asked. */
type Answer = (client: ChapClient, asked: SecurityAnswer) => Said

const right: (client: ChapClient, asked: SecurityAnswer) => { CHAP_N: string; CHAP_R: string } = (client, asked) =>
  client.response(asked, 'alice', SECRET)

/** A login that says something wrong in the place of its proof; an honest one is under way beside it. */
async function answered(answer: Answer, proof: LoginProof = DEMANDED): Promise<readonly [number, string | undefined]> {
  const target = new TestTarget({ access: proof, limits: { failedLoginDelayMs: 0 } })
  const [honest, other] = [new ChapClient(target), new ChapClient(target)]
  const waiting = await honest.asked('7')
  const { status } = await other.say(answer(other, await other.asked('7')), true)
  await honest.say(right(honest, waiting), true)
  expect(await honest.conclude()).toBe(0)
  expect(target.server.sessions).toHaveLength(1)
  const refused = target.events.find(event => event.kind === 'loginRefused')
  return [status, refused?.reason]
}

const yesterday = formatBinary(Buffer.alloc(32, 7))

describe('an initiator that has been asked is refused with 0201, and nobody else notices, where it says', () => {
  it.each<[string, Answer, string]>([
    ['another secret', (client, asked) => client.response(asked, 'alice', 'wrong'), 'not made of the secret'],
    ['another name', (client, asked) => client.response(asked, 'bob', SECRET), 'not the name'],
    ['a response to another challenge', () => ({ CHAP_N: 'alice', CHAP_R: yesterday }), 'not made of the secret'],
    ['a response that is too short', () => ({ CHAP_N: 'alice', CHAP_R: '0x00' }), 'not made of the secret'],
    ['a response that is empty', () => ({ CHAP_N: 'alice', CHAP_R: '0x' }), 'CHAP_R is no binary value'],
    ['no response but garbage', () => ({ CHAP_N: 'alice', CHAP_R: '0b!!!!' }), 'CHAP_R is no binary value'],
    ['a response too long', () => ({ CHAP_N: 'alice', CHAP_R: `0x${'00'.repeat(1025)}` }), 'CHAP_R is no binary'],
    ['the response of the target', (client, asked) => client.response(asked, 'alice', MUTUAL), 'the target itself'],
    ['CHAP_N without CHAP_R', () => ({ CHAP_N: 'alice' }), 'CHAP_R is missing'],
    ['CHAP_R without CHAP_N', (client, asked) => ({ CHAP_R: right(client, asked).CHAP_R }), 'CHAP_N is missing'],
    ['CHAP_A a second time', () => ({ CHAP_A: '7' }), 'CHAP_A has no place'],
    ['CHAP_I without CHAP_C', (client, asked) => ({ ...right(client, asked), CHAP_I: '1' }), 'CHAP_C is missing'],
    ['CHAP_C without CHAP_I', (client, asked) => ({ ...right(client, asked), CHAP_C: '0x01' }), 'CHAP_I is missing'],
    ['CHAP_I above 255', (client, asked) => ({ ...right(client, asked), ...OWN, CHAP_I: '256' }), 'CHAP_I is no id'],
    ['no challenge', (client, asked) => ({ ...right(client, asked), ...OWN, CHAP_C: 'f00d' }), 'CHAP_C is no binary'],
    [
      'a challenge of more than 1024 bytes',
      (client, asked) => ({ ...right(client, asked), ...OWN, CHAP_C: `0b${'A'.repeat(1400)}` }),
      'CHAP_C is no binary',
    ],
    [
      'the challenge of the target',
      (client, asked) => ({ ...right(client, asked), CHAP_I: '1', CHAP_C: asked.keys.get('CHAP_C') as string }),
      'CHAP_C is the challenge of the target itself',
    ],
  ])('%s', async (_what, answer, reason) => {
    expect(await answered(answer)).toEqual([0x0201, expect.stringContaining(reason)])
  })

  it('that the target shall prove itself, which has nothing for it', async () => {
    const { mutual: _, ...oneWay } = credentials
    const proof = { ...DEMANDED, credentials: oneWay }
    const [status, reason] = await answered((client, asked) => ({ ...right(client, asked), ...OWN }), proof)
    expect([status, reason]).toEqual([0x0201, expect.stringContaining('has no credentials for that')])
  })

  it('nothing that the target shall prove, where that is demanded', async () => {
    const target = new TestTarget({
      access: { ...DEMANDED, credentials: { ...credentials, mutualRequired: true } },
    })
    const client = new ChapClient(target)
    expect((await client.say(right(client, await client.asked('7')), true)).status).toBe(0x0201)
  })
})

/** Requests of the security stage one after the other, with whether they ask for the next stage. */
type Requests = readonly (readonly [Said, boolean])[]

describe('a login that has proved nothing', () => {
  it.each<[string, Requests, number]>([
    [
      'that names no algorithm that is taken: 0201',
      [
        [{ AuthMethod: 'CHAP' }, false],
        [{ CHAP_A: '4' }, false],
      ],
      0x0201,
    ],
    [
      'whose algorithms are no numbers: 0201',
      [
        [{ AuthMethod: 'CHAP' }, false],
        [{ CHAP_A: 'MD5' }, false],
      ],
      0x0201,
    ],
    [
      'that answers before it is asked: 0201',
      [
        [{ AuthMethod: 'CHAP' }, false],
        [{ CHAP_N: 'a', CHAP_R: '0x1' }, false],
      ],
      0x0201,
    ],
    ['that says what belongs to no method: 0201', [[{ CHAP_A: '5' }, false]], 0x0201],
    ['that takes no method: 0201', [[{ AuthMethod: 'None' }, true]], 0x0201],
    ['that knows only others: 0201', [[{ AuthMethod: 'KRB5,SRP' }, false]], 0x0201],
    ['that would go on at once stays where it is', [[{ AuthMethod: 'CHAP' }, true]], 0],
    ['that says nothing of methods is offered CHAP, and stays', [[{}, true]], 0],
    [
      'that says nothing further stays where it is',
      [
        [{ AuthMethod: 'CHAP' }, false],
        [{}, true],
        [{}, true],
      ],
      0,
    ],
  ])('and %s', async (_what, requests, status) => {
    const target = new TestTarget({ access: DEMANDED })
    const client = new ChapClient(target)
    let last: SecurityAnswer | undefined
    for (const [at, [keys, transit]] of requests.entries())
      last = await client.say(at === 0 ? { ...NAMES, ...keys } : keys, transit)
    expect(last).toMatchObject({ status, transit: false })
    expect(target.server.sessions).toEqual([])
  })

  it('is refused with 0200 where a key comes twice in a text', async () => {
    const client = new ChapClient(new TestTarget({ access: DEMANDED }))
    await client.say({ ...NAMES, AuthMethod: 'CHAP' })
    const twice = Buffer.from('CHAP_A=5\0CHAP_A=7\0')
    expect(await sent(client, twice)).toBe(0x0200)
  })

  it('is refused with 0200 where a text is a megabyte long', async () => {
    const client = new ChapClient(new TestTarget({ access: DEMANDED }))
    await client.asked('5')
    let status = 0
    for (let at = 0; at < 128 && status === 0; at++) status = await sent(client, Buffer.alloc(8000, 'A'), true)
    expect(status).toBe(0x0200)
  })

  it('has operational keys rejected in the security stage', async () => {
    const client = new ChapClient(new TestTarget({ access: DEMANDED }))
    const { status, keys } = await client.say({ ...NAMES, AuthMethod: 'CHAP', MaxBurstLength: '512' })
    expect([status, keys.get('AuthMethod'), keys.get('MaxBurstLength')]).toEqual([0, 'CHAP', 'Reject'])
  })

  it.each([LoginStage.operationalNegotiation, LoginStage.securityNegotiation])(
    'is refused where it goes straight on from stage %i',
    async currentStage => {
      const target = new TestTarget({ access: DEMANDED })
      const client = new ChapClient(target)
      await client.say({ ...NAMES, AuthMethod: 'CHAP' })
      client.client.requestLogin({}, { currentStage, nextStage: LoginStage.fullFeaturePhase })
      const { status, transit } = await client.heard()
      expect([status, transit]).toEqual([currentStage === LoginStage.securityNegotiation ? 0 : 0x0200, false])
      expect(target.server.sessions).toEqual([])
    },
  )

  it('is refused with 0201 where it leaves the security stage out', async () => {
    const target = new TestTarget({ access: DEMANDED })
    expect((await target.connect().login()).values.status).toBe(0x0201)
  })
})

/** A text as it is, in the security stage. */
async function sent(client: ChapClient, data: Buffer, continues = false): Promise<number> {
  client.client.sendLogin({ currentStage: LoginStage.securityNegotiation, continues }, data)
  return (await client.heard()).status
}
