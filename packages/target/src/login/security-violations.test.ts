import {
  ChapSecret,
  encodeText,
  LoginStage,
  LogoutRequest,
  NopIn,
  NopOut,
  RESERVED_TAG,
  ScsiCommand,
  TextRequest,
} from '@lunkit/pdu'
import { afterEach, describe, expect, it } from 'vitest'
import type { LoginProof } from '../server/login-proof.ts'
import { ChapClient, NAMES, type SecurityAnswer } from '../testing/chap-client.ts'
import { reasonsTold, TestTarget } from '../testing/test-target.ts'

// What an administrator is told of it is kept word by word.
afterEach(() => {
  expect(reasonsTold()).toMatchSnapshot()
})

const SECRET = 'secretsecret12'
const credentials = {
  name: 'alice',
  secret: new ChapSecret(SECRET),
  mutual: { name: 'tgt', secret: new ChapSecret('mutualsecret12') },
}
const DEMANDED: LoginProof = { authenticationRequired: true, credentials }
const { securityNegotiation, operationalNegotiation, fullFeaturePhase } = LoginStage
const CHAP = { ...NAMES, AuthMethod: 'CHAP' }
/** The one number of two bits that is no stage. */
const NO_STAGE = 2 as number as LoginStage
const MEGABYTE = 1024 * 1024

type Values = Parameters<ChapClient['client']['sendLogin']>[0]
/** What the initiator sends next, having heard the last answer. */
type Send = (client: ChapClient, asked: SecurityAnswer, yesterday: SecurityAnswer) => void

const right = (client: ChapClient, asked: SecurityAnswer) => client.response(asked, 'alice', SECRET)
/** A request of the security stage, which stays there unless it is said otherwise. */
const says =
  (keys: Readonly<Record<string, string>>, values: Values = {}): Send =>
  ({ client }) =>
    client.sendLogin({ currentStage: securityNegotiation, ...values }, encodeText(Object.entries(keys)))
const bytes =
  (text: string | Uint8Array, values: Values = {}): Send =>
  ({ client }) =>
    client.sendLogin({ currentStage: securityNegotiation, ...values }, Buffer.from(text))
const answers =
  (more: Readonly<Record<string, string>> = {}, values: Values = {}): Send =>
  (client, asked, yesterday) =>
    says({ ...right(client, asked), ...more }, values)(client, asked, yesterday)
const toOperational = { transit: true, nextStage: operationalNegotiation }
const toFullFeature = { transit: true, nextStage: fullFeaturePhase }

/** The way to where the initiator has been asked. */
const ASKED: readonly Send[] = [says(CHAP), says({ CHAP_A: '7' })]
const PROVEN: readonly Send[] = [...ASKED, answers({}, toOperational)]

interface Violation {
  readonly sends: readonly Send[]
  readonly status: number
  readonly reason: string
}

const row = (what: string, sends: readonly Send[], status: number, reason: string) =>
  [what, { sends, status, reason } as Violation] as const

const other = (keys: Readonly<Record<string, string>>): readonly Send[] => [says(CHAP), says(keys)]
/** Text of a megabyte, in as many requests as that takes. */
const megabyteOf = (start: string): readonly Send[] => [
  bytes(start, { continues: true }),
  ...Array.from({ length: MEGABYTE / 8192 }, () => bytes(Buffer.alloc(8192, '0'), { continues: true })),
]

const VIOLATIONS = [
  // Stages, RFC 7143 6.3.
  row('a step from the security stage to itself', [says(CHAP, { transit: true, nextStage: 0 })], 0x0200, 'a step from'),
  row('a step to a stage that there is not', [says(CHAP, { transit: true, nextStage: NO_STAGE })], 0x0200, 'stage 2'),
  row('a stage that there is not', [says(CHAP, { currentStage: NO_STAGE })], 0x0200, 'which is no stage'),
  row('the full feature phase as its stage', [says(CHAP, { currentStage: fullFeaturePhase })], 0x0200, 'no stage of'),
  row(
    'the operational stage without a step there',
    [...ASKED, says({}, { currentStage: operationalNegotiation })],
    0x0200,
    'while the login is in',
  ),
  row('the security stage again, once it was left', [...PROVEN, says({})], 0x0200, 'while the login is in'),
  row('a proof in the operational stage', [...PROVEN, answers({}, { currentStage: operationalNegotiation })], 0, ''),
  row('T and C in one request', [says(CHAP, { ...toOperational, continues: true })], 0x0200, 'both T and C'),
  row(
    'the operational stage first of all',
    [says(CHAP, { currentStage: operationalNegotiation, ...toFullFeature })],
    0x0201,
    'before the authentication',
  ),
  row(
    'the operational stage, and nothing of methods',
    [says(NAMES, { currentStage: operationalNegotiation, ...toFullFeature })],
    0x0201,
    'before the authentication',
  ),
  // Keys out of order.
  row(
    'a proof with the method',
    [says({ ...CHAP, CHAP_A: '7', CHAP_N: 'alice', CHAP_R: '0x01' })],
    0x0201,
    'CHAP_N has no place',
  ),
  row('a proof before an algorithm', other({ CHAP_N: 'alice', CHAP_R: '0x01' }), 0x0201, 'CHAP_N has no place'),
  row(
    'a question before it has proved anything',
    other({ CHAP_A: '7', CHAP_I: '1', CHAP_C: '0xf00d' }),
    0x0201,
    'CHAP_I has no place',
  ),
  row('a proof a second time', [...ASKED, answers(), answers()], 0x0201, 'CHAP_N has no place'),
  row(
    'a question after its proof',
    [...ASKED, answers(), says({ CHAP_I: '1', CHAP_C: '0xf00d' })],
    0x0201,
    'CHAP_I has no place',
  ),
  row('another method half-way', [...ASKED, says({ AuthMethod: 'None' })], 0x0200, 'AuthMethod=None came after'),
  row(
    'another name half-way',
    [...ASKED, says({ InitiatorName: 'iqn.2026-11.example:other' })],
    0x0200,
    'InitiatorName=',
  ),
  row('keys of SRP', other({ SRP_U: 'alice' }), 0, ''),
  row('keys of CHAP in small letters', other({ chap_a: '7' }), 0, ''),
  // What a key must be beside.
  row('CHAP_N without CHAP_R', [...ASKED, says({ CHAP_N: 'alice' })], 0x0201, 'CHAP_R is missing'),
  row('CHAP_A twice in one text', [says(CHAP), bytes('CHAP_A=7\0CHAP_A=5\0')], 0x0200, 'CHAP_A=5 came after CHAP_A=7'),
  row('CHAP_A twice, the same', [says(CHAP), bytes('CHAP_A=7\0CHAP_A=7\0')], 0, ''),
  row('CHAP_A in a second text', [...ASKED, says({ CHAP_A: '5' })], 0x0201, 'CHAP_A has no place'),
  row(
    'CHAP_R twice in one text',
    [...ASKED, bytes('CHAP_N=alice\0CHAP_R=0x5ec7e7\0CHAP_R=0xc7e75e\0')],
    0x0200,
    'CHAP_R=... came after CHAP_R=...',
  ),
  row(
    'CHAP_N twice in one text',
    [...ASKED, bytes('CHAP_N=alice\0CHAP_N=bob\0CHAP_R=0x01\0')],
    0x0200,
    'CHAP_N=... came after CHAP_N=...',
  ),
  // Values.
  row('an empty CHAP_A', other({ CHAP_A: '' }), 0x0201, 'CHAP_A'),
  row('CHAP_A with a space', other({ CHAP_A: '5, 7' }), 0x0201, 'CHAP_A'),
  row('CHAP_A with thousands of algorithms', other({ CHAP_A: Array(2000).fill('9').join(',') }), 0x0201, 'CHAP_A'),
  row('CHAP_A below zero', other({ CHAP_A: '-5' }), 0x0201, 'CHAP_A'),
  row(
    'base64 with garbage in it',
    [...ASKED, says({ CHAP_N: 'alice', CHAP_R: '0bAAAA*AAA' })],
    0x0201,
    'CHAP_R is no binary',
  ),
  row(
    'base64 that is cut off',
    [...ASKED, says({ CHAP_N: 'alice', CHAP_R: '0bAAAAA' })],
    0x0201,
    'CHAP_R is no binary',
  ),
  row(
    'base64 with something behind its end',
    [...ASKED, says({ CHAP_N: 'alice', CHAP_R: '0bAA==AAAA' })],
    0x0201,
    'CHAP_R is no binary',
  ),
  row(
    'hexadecimal with garbage in it',
    [...ASKED, says({ CHAP_N: 'alice', CHAP_R: '0x12g4' })],
    0x0201,
    'CHAP_R is no binary',
  ),
  row(
    'a CHAP_R that is Reject',
    [...ASKED, says({ CHAP_N: 'alice', CHAP_R: 'Reject' })],
    0x0200,
    'CHAP_R=Reject answers nothing',
  ),
  row('an empty CHAP_N', [...ASKED, answers({ CHAP_N: '' })], 0x0201, 'not the name'),
  row('a CHAP_N of 8,000 bytes', [...ASKED, answers({ CHAP_N: 'a'.repeat(8000) })], 0x0201, 'not the name'),
  row(
    'garbage in base64 as CHAP_C',
    [...ASKED, answers({ CHAP_I: '1', CHAP_C: '0b====' })],
    0x0201,
    'CHAP_C is no binary',
  ),
  row('an empty CHAP_C', [...ASKED, answers({ CHAP_I: '1', CHAP_C: '0x' })], 0x0201, 'CHAP_C is no binary'),
  row(
    'a megabyte of CHAP_C',
    [...ASKED, ...megabyteOf('CHAP_N=alice\0CHAP_R=0x01\0CHAP_I=1\0CHAP_C=0x')],
    0x0200,
    'text of more than',
  ),
  row('a megabyte of CHAP_C, unasked', megabyteOf('CHAP_C=0x'), 0x0200, 'text of more than'),
  row('a text that is no UTF-8', [...ASKED, bytes(Uint8Array.of(0x41, 0x3d, 0xff, 0))], 0x0200, 'not UTF-8'),
  row('a key without a value', [...ASKED, bytes('CHAP_N\0')], 0x0200, 'no "="'),
  row(
    'a text without its end',
    [...ASKED, bytes('CHAP_N=alice\0CHAP_R=0x5ec7e7')],
    0x0200,
    '"CHAP_R=..." is not ended',
  ),
  // Proofs that prove nothing.
  row(
    "a response to yesterday's challenge",
    [...ASKED, (client, asked, yesterday) => says(right(client, yesterday))(client, asked, yesterday)],
    0x0201,
    'not made of the secret',
  ),
  row(
    'the challenge of the target sent back',
    [
      ...ASKED,
      (client, asked, yesterday) =>
        answers({ CHAP_I: asked.keys.get('CHAP_I') as string, CHAP_C: asked.keys.get('CHAP_C') as string })(
          client,
          asked,
          yesterday,
        ),
    ],
    0x0201,
    'the challenge of the target itself',
  ),
  row(
    'the challenge of the target as the response',
    [
      ...ASKED,
      (client, asked, yesterday) =>
        says({ CHAP_N: 'alice', CHAP_R: asked.keys.get('CHAP_C') as string })(client, asked, yesterday),
    ],
    0x0201,
    'not made of the secret',
  ),
  // What is no Login Request of this login, RFC 7143 11.12 and 11.13.5.
  row(
    'a SCSI command',
    [...ASKED, ({ client }) => client.send(ScsiCommand, { initiatorTaskTag: 2 })],
    0x020b,
    'a PDU with opcode 0x1 ',
  ),
  row(
    'a ping',
    [...ASKED, ({ client }) => client.send(NopOut, { initiatorTaskTag: 2, targetTransferTag: RESERVED_TAG })],
    0x020b,
    'a PDU with opcode 0x0 ',
  ),
  row(
    'a Text Request',
    [...ASKED, ({ client }) => client.send(TextRequest, { initiatorTaskTag: 2 })],
    0x020b,
    'a PDU with opcode 0x4 ',
  ),
  row(
    'a logout',
    [...ASKED, ({ client }) => client.send(LogoutRequest, { initiatorTaskTag: 2 })],
    0x020b,
    'a PDU with opcode 0x6 ',
  ),
  row('another ISID', [...ASKED, answers({}, { isid: 5 })], 0x0200, 'ISID'),
  row('another TSIH', [...ASKED, answers({}, { tsih: 1 })], 0x0200, 'TSIH'),
  row('another task tag', [...ASKED, answers({}, { initiatorTaskTag: 9 })], 0x0200, 'Initiator Task Tag'),
] as const

/** The challenge of a login that came to nothing. */
async function askedYesterday(target: TestTarget): Promise<SecurityAnswer> {
  const client = new ChapClient(target)
  const asked = await client.asked('7')
  client.client.stream.hangUp()
  return asked
}

async function violated(target: TestTarget, sends: readonly Send[], yesterday: SecurityAnswer) {
  const client = new ChapClient(target)
  client.client.isid = 0x8000_0000_0003
  let asked: SecurityAnswer | undefined
  for (const send of sends) {
    send(client, asked as SecurityAnswer, yesterday)
    const heard = await client.heard()
    if (heard.status !== 0) return heard
    if (heard.keys.has('CHAP_C')) asked = heard
    else asked ??= heard
  }
  return { status: 0 }
}

describe('in the security stage is answered, and neither a session nor a login beside it notices,', () => {
  it.each(VIOLATIONS)('%s', async (_what, { sends, status, reason }) => {
    const target = new TestTarget({ access: DEMANDED, limits: { failedLoginDelayMs: 0 } })
    const yesterday = await askedYesterday(target)
    const served = await provenSession(target, 0x8000_0000_0001)
    const honest = new ChapClient(target)
    honest.client.isid = 0x8000_0000_0002
    const waiting = await honest.asked('7')
    expect((await violated(target, sends, yesterday)).status).toBe(status)
    await honest.say(right(honest, waiting), true)
    expect(await honest.conclude()).toBe(0)
    served.client.ping()
    await served.client.expect(NopIn)
    expect(target.server.sessions.map(({ isid }) => isid - 0x8000_0000_0000)).toEqual([1, 2])
    const told = target.events.flatMap(event => (event.kind === 'loginRefused' ? [event.reason] : []))
    expect(told).toHaveLength(status === 0 ? 0 : 1)
    expect(told.join()).toContain(reason)
    expect(told.join()).not.toMatch(/5ec7e7|c7e75e|secret12/)
  })

  it('a second connection of the same session while the first waits for its proof', async () => {
    const target = new TestTarget({ access: DEMANDED })
    const [first, second] = [new ChapClient(target), new ChapClient(target)]
    const [one, two] = [await first.asked('7'), await second.asked('7')]
    expect(one.keys.get('CHAP_C')).not.toBe(two.keys.get('CHAP_C'))
    // The response to the one proves nothing to the other.
    const wrong = second.response(one, 'alice', SECRET)
    second.client.requestLogin(wrong, { currentStage: securityNegotiation, ...toOperational })
    expect((await first.say(right(first, one), true)).status).toBe(0)
    expect(await first.conclude()).toBe(0)
    await target.pass(1100)
    expect((await second.heard()).status).toBe(0x0201)
    expect(target.server.sessions).toHaveLength(1)
  })
})

async function provenSession(target: TestTarget, isid: number): Promise<ChapClient> {
  const client = new ChapClient(target)
  client.client.isid = isid
  const asked = await client.asked('7')
  await client.say(right(client, asked), true)
  await client.conclude()
  return client
}
