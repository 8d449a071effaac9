import { ChapAlgorithm, ChapSecret, chapAlgorithms, chapResponse, formatBinary, parseBinary } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { LoginProof, TargetCredentials } from '../server/login-proof.ts'
import { ChapClient, NAMES } from '../testing/chap-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const ALL = '5,6,7,8'
const ALICE: TargetCredentials = { name: 'alice', secret: new ChapSecret('secretsecret12') }
const MUTUAL: TargetCredentials = { ...ALICE, mutual: { name: 'tgt', secret: new ChapSecret('mutualsecret12') } }
const demanded = (credentials = ALICE): LoginProof => ({ authenticationRequired: true, credentials })

describe('a login by CHAP', () => {
  it.each(chapAlgorithms)('with $name comes in, and the challenge is as long as its digest', async row => {
    const target = new TestTarget({ access: demanded() })
    const client = new ChapClient(target)
    const asked = await client.asked(`${row.algorithm}`)
    expect(parseBinary(asked.keys.get('CHAP_C') as string)?.length).toBe(row.digestBytes)
    const answer = await client.say(client.response(asked, 'alice', 'secretsecret12'), true)
    expect(answer).toMatchObject({ status: 0, transit: true })
    expect(await client.conclude()).toBe(0)
    expect(target.server.sessions).toHaveLength(1)
  })

  it.each([
    ['5,6,7,8', undefined, '8'],
    ['7,6,5', undefined, '7'],
    ['5', undefined, '5'],
    ['4711,5', undefined, '5'],
    ['5,6', [ChapAlgorithm.sha1, ChapAlgorithm.sha256], '6'],
  ])('chooses the strongest of %s where %j may be used: %s', async (offered, algorithms, chosen) => {
    const target = new TestTarget({ access: demanded({ ...ALICE, ...(algorithms && { algorithms }) }) })
    expect((await new ChapClient(target).asked(offered)).keys.get('CHAP_A')).toBe(chosen)
  })

  it('proves the target to an initiator that asks for it', async () => {
    const client = new ChapClient(new TestTarget({ access: demanded(MUTUAL) }))
    const asked = await client.asked('7')
    const own = { CHAP_I: '230', CHAP_C: '0xf00d' }
    const { keys, transit } = await client.say({ ...client.response(asked, 'alice', 'secretsecret12'), ...own }, true)
    const question = { algorithm: ChapAlgorithm.sha256, identifier: 230, challenge: Buffer.from('f00d', 'hex') }
    const right = chapResponse({ ...question, secret: Buffer.from('mutualsecret12') })
    expect([transit, Object.fromEntries(keys)]).toEqual([true, { CHAP_N: 'tgt', CHAP_R: formatBinary(right) }])
  })

  it('comes in one-way where the initiator does not ask, though the target could prove itself', async () => {
    const client = new ChapClient(new TestTarget({ access: demanded(MUTUAL) }))
    const answer = await client.say(client.response(await client.asked(ALL), 'alice', 'secretsecret12'), true)
    expect([answer.status, answer.keys.size]).toEqual([0, 0])
  })

  it('is never asked the same twice', async () => {
    const target = new TestTarget({ access: demanded() })
    const challenges = new Set<string | undefined>()
    for (let i = 0; i < 20; i++) challenges.add((await new ChapClient(target).asked('5')).keys.get('CHAP_C'))
    expect(challenges.size).toBe(20)
  })

  it('may be the discovery of targets, with credentials of its own', async () => {
    const target = new TestTarget({ discovery: demanded() })
    const client = new ChapClient(target)
    await client.say({ ...NAMES, SessionType: 'Discovery', AuthMethod: 'CHAP,None' })
    const asked = await client.say({ CHAP_A: '8' })
    expect((await client.say(client.response(asked, 'alice', 'secretsecret12'), true)).transit).toBe(true)
    expect(await client.conclude()).toBe(0)
  })
})

describe('of the methods that the initiator offers', () => {
  it.each<[string, LoginProof, string, string]>([
    ['CHAP where it is demanded', demanded(), 'None,CHAP', 'CHAP'],
    [
      'CHAP where the initiator has it first and there are credentials',
      { ...demanded(), ...open() },
      'CHAP,None',
      'CHAP',
    ],
    [
      'None where the initiator has it first and nothing is demanded',
      { ...demanded(), ...open() },
      'None,CHAP',
      'None',
    ],
    ['None where there are no credentials', open(), 'CHAP,None', 'None'],
  ])('the target takes %s', async (_what, access, offered, method) => {
    const client = new ChapClient(new TestTarget({ access }))
    const { keys } = await client.say({ ...NAMES, AuthMethod: offered })
    expect(keys.get('AuthMethod')).toBe(method)
  })

  it('CHAP that was agreed on is gone through, though nothing demands it', async () => {
    const client = new ChapClient(new TestTarget({ access: { ...demanded(), ...open() } }))
    expect(await client.say({ ...NAMES, AuthMethod: 'CHAP' }, true)).toMatchObject({ status: 0, transit: false })
    const asked = await client.say({ CHAP_A: ALL }, true)
    expect(asked).toMatchObject({ status: 0, transit: false })
    expect(await client.say(client.response(asked, 'alice', 'wrong'), true).catch(String)).toContain('nothing came')
  })
})

function open(): LoginProof {
  return { authenticationRequired: false }
}
