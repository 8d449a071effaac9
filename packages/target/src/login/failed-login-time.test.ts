import { ChapSecret, encodeText, LoginRequest, LoginStage } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { DEFAULT_ACCESS, type InitiatorAccess } from '../server/access.ts'
import type { TargetCredentials } from '../server/login-proof.ts'
import { ChapClient, NAMES, type SecurityAnswer } from '../testing/chap-client.ts'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

/** How many logins are timed; 10,000 by hand. */
const LOGINS = Number(process.env['LUNKIT_CHAP_LOGINS'] ?? 1000)
/** Rounds that come first run through code that V8 has not compiled yet. */
const WARM_UP_ROUNDS = 200
/** A target does not keep for longer what it was told in a test. */
const ROUNDS_OF_TARGET = 50
/** The part of an answer's time that medians may differ by, beside noise; a hash is an eighth of it. */
const MOST_PART = 0.03
/** How many standard errors are noise. */
const NOISE = 4

const SECRET = 'secretsecret12'
const MUTUAL = { name: 'tgt', secret: new ChapSecret('mutualsecret12') }
const ALICE: TargetCredentials = { name: 'alice', secret: new ChapSecret(SECRET), mutual: MUTUAL }
const CAROL: TargetCredentials = { name: 'carol', secret: new ChapSecret('carolsecret123'), mutual: MUTUAL }
/** Whose answer needs a hash less. */
const { mutual: _, ...DAVE }: TargetCredentials = { ...ALICE, name: 'dave' }
const CAROLS = 'iqn.2026-11.example:carol'
const DAVES = 'iqn.2026-11.example:dave'

/** By initiator: each has credentials of its own. */
const credentials: Readonly<Record<string, TargetCredentials>> = { [CAROLS]: CAROL, [DAVES]: DAVE }

const access = (initiator: string): InitiatorAccess => ({
  ...DEFAULT_ACCESS,
  authenticationRequired: true,
  credentials: credentials[initiator] ?? ALICE,
})

const guarded = (): TestTarget => new TestTarget({ limits: { failedLoginDelayMs: 0 }, group: { access } })

type Said = Readonly<Record<string, string>>
/** What an initiator says that has been asked. */
type Answer = (client: ChapClient, asked: SecurityAnswer) => Said

const wrongSecret: Answer = (client, asked) => client.response(asked, 'alice', 'wrongsecret123')
const unknownName: Answer = (client, asked) => client.response(asked, 'bob', 'wrongsecret123')

/** A login that is refused for its name or its secret. */
interface Failure {
  readonly initiator?: string
  readonly answer: Answer
}

/** How long the answer took, from the last bytes of its request on, in microseconds. */
async function timed(target: TestTarget, { initiator = NAMES.InitiatorName, answer }: Failure): Promise<number> {
  const chap = new ChapClient(target)
  await chap.say({ ...NAMES, InitiatorName: initiator, AuthMethod: 'CHAP' })
  const said = answer(chap, await chap.say({ CHAP_A: '7' }))
  const { client } = chap
  const { isid, cid, cmdSN } = client
  const stages = { currentStage: LoginStage.securityNegotiation, nextStage: LoginStage.operationalNegotiation }
  const values = { transit: true, ...stages, isid, cid, cmdSN, initiatorTaskTag: 1 }
  const request = client.bytesOf(LoginRequest, values, { data: encodeText(Object.entries(said)) })
  const { received } = client.stream
  let endedMs = 0
  client.stream.fed = () => {}
  client.stream.received = bytes => {
    endedMs = performance.now()
    received(bytes)
  }
  await settled()
  const startedMs = performance.now()
  client.stream.feed(request)
  const { status } = await chap.heard()
  if (status !== 0x0201) throw new Error(`a login was answered with ${status.toString(16)}`)
  return (endedMs - startedMs) * 1000
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number

/** By how much a kind of login takes longer than the first one, and how exactly that is known: parts of the first one's time. */
interface Difference {
  readonly part: number
  readonly error: number
}

/** Times each kind once a round, in another order each time, and compares the others with the first, round by round. */
async function differences(kinds: readonly Failure[]): Promise<Difference[]> {
  const rounds = Math.ceil(LOGINS / kinds.length)
  const tookUs: number[][] = kinds.map(() => [])
  let target = guarded()
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    if (round % ROUNDS_OF_TARGET === 0) target = guarded()
    const order = kinds.map((_kind, at) => (at + Math.abs(round)) % kinds.length)
    for (const at of round % 2 === 0 ? order : order.toReversed()) {
      const us = await timed(target, kinds[at] as Failure)
      if (round >= 0) tookUs[at]?.push(us)
    }
  }
  const [first = [], ...others] = tookUs
  const found = others.map(each => difference(each, first))
  const parts = found.map(({ part, error }) => `${(part * 100).toFixed(1)} % (${(error * 100).toFixed(1)})`)
  console.log(`${rounds} rounds, ${median(first).toFixed(1)} us; the others differ by ${parts.join(', ')}`)
  return found
}

function difference(us: readonly number[], firstUs: readonly number[]): Difference {
  const usual = median(firstUs)
  const each = us.map((value, round) => value - (firstUs[round] as number))
  const middle = median(each)
  const deviation = 1.48 * median(each.map(value => Math.abs(value - middle)))
  // That of a median, of values that lie about it as errors do.
  return { part: middle / usual, error: (1.25 * deviation) / Math.sqrt(each.length) / usual }
}

const isNoise = ({ part, error }: Difference): boolean => Math.abs(part) < MOST_PART + NOISE * error

describe('the time until a failed login is answered, where it is not delayed', () => {
  it('is the same for a wrong secret, an unknown name, a response of the wrong length, and credentials of another', async () => {
    const kinds: Failure[] = [
      { answer: wrongSecret },
      { answer: wrongSecret },
      { answer: unknownName },
      { answer: () => ({ CHAP_N: 'alice', CHAP_R: `0x${'5a'.repeat(31)}` }) },
      { answer: (client, asked) => client.response(asked, 'carol', 'carolsecret123') },
      { initiator: CAROLS, answer: (client, asked) => client.response(asked, 'alice', SECRET) },
    ]
    expect((await differences(kinds)).filter(each => !isNoise(each))).toEqual([])
  })

  it('would not be the same, as it is measured here, if one of them were answered without a hash', async () => {
    const kinds = [{ answer: wrongSecret }, { initiator: DAVES, answer: wrongSecret }]
    expect((await differences(kinds)).filter(isNoise)).toEqual([])
  })
})
