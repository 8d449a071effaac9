import type { TextPair } from '@lunkit/pdu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuthenticationError, ProtocolError } from '../error.ts'
import {
  ALICE,
  beginChap,
  type ChapLogin,
  challenge,
  DISK,
  MD5_CHALLENGE,
  nextRequest,
  proofOf,
  reply,
} from '../testing/chap-target.ts'
import { beginSession } from '../testing/scripted-target.ts'
import { ChapExchange } from './chap-exchange.ts'
import { chapTerms } from './chap-options.ts'

const mutual = { ...ALICE, mutual: DISK }
const [ALGORITHM, IDENTIFIER, CHALLENGE_PAIR] = MD5_CHALLENGE as [TextPair, TextPair, TextPair]
const withoutOne = (at: number): TextPair[] => MD5_CHALLENGE.filter((_, index) => index !== at)
const instead = (pair: TextPair): TextPair[] => MD5_CHALLENGE.map(old => (old[0] === pair[0] ? pair : old))
const proofs = [
  ['CHAP_N', 'disk'],
  ['CHAP_R', `0x${'00'.repeat(16)}`],
] as const

/** The target's answer to AuthMethod=CHAP. */
async function offered(pairs: readonly TextPair[], leaves = false) {
  const { target, connecting } = await beginSession({ auth: ALICE })
  const { values } = await nextRequest(target)
  target.answerLogin(values, pairs, leaves ? { transit: true, nextStage: 1 } : { transit: false, nextStage: 0 })
  return connecting
}

/** The target's challenge, or what comes instead of it. */
async function challenged(pairs: readonly TextPair[], leaves = false) {
  const login = await beginChap(ALICE)
  reply(login, pairs, !leaves)
  return login.connecting
}

/** What comes after our answer, where the target has to answer too. */
async function answered(pairs: (login: ChapLogin) => readonly TextPair[], leaves = true, auth = mutual as object) {
  const login = await challenge(await beginChap({ ...ALICE, ...auth }))
  reply(login, pairs(login), !leaves)
  return login.connecting
}

const refused = (fault: string, message: string) => ({
  name: 'AuthenticationError',
  refusedBy: 'initiator',
  fault,
  message,
})

const REFUSED: readonly (readonly [string, () => Promise<unknown>, object])[] = [
  ...['None', 'Reject', 'NotUnderstood', 'Irrelevant', 'KRB5', 'chap'].map(
    method =>
      [
        `answers AuthMethod=${method}`,
        () => offered([['AuthMethod', method]], true),
        refused('skipped', `the target was refused: it answered AuthMethod=${method}, CHAP was demanded`),
      ] as const,
  ),
  [
    'leaves the stage without a word',
    () => offered([], true),
    refused('skipped', 'the target was refused: it ended the security stage without a challenge'),
  ],
  [
    'takes CHAP, and leaves the stage without a challenge',
    () => offered([['AuthMethod', 'CHAP']], true),
    refused('skipped', 'the target was refused: it ended the security stage without a challenge'),
  ],
  [
    'does not answer our challenge',
    () => answered(() => []),
    refused('unproven', 'the target was refused: it did not answer the challenge'),
  ],
  [
    'answers by another secret',
    () => answered(login => proofOf(login, { ...DISK, secret: 'something else' })),
    refused('wrongResponse', 'the target was refused: it does not have the secret that it has to have'),
  ],
  [
    'answers by our own secret',
    () => answered(login => proofOf(login, { ...DISK, secret: ALICE.secret })),
    refused('wrongResponse', 'the target was refused: it does not have the secret that it has to have'),
  ],
  [
    'sends our own response back',
    () => answered(login => [...login.request.keys].filter(([key]) => key === 'CHAP_R' || key === 'CHAP_N')),
    refused('wrongResponse', 'the target was refused: it does not have the secret that it has to have'),
  ],
  [
    'answers with a part of the response',
    () => answered(login => proofOf(login, DISK).map(([key, value]) => [key, value.slice(0, 20)])),
    refused('wrongResponse', 'the target was refused: it does not have the secret that it has to have'),
  ],
  [
    'answers by another name',
    () => answered(login => proofOf(login, { ...DISK, user: 'disc' })),
    refused('wrongName', 'the target was refused: it has another name than it has to have'),
  ],
]

describe('a target is refused', () => {
  it.each(REFUSED)('that %s', async (_, login, error) => {
    await expect(login()).rejects.toMatchObject(error)
    await expect(login()).rejects.toBeInstanceOf(AuthenticationError)
  })

  it('that sends the challenge of another login of ours back, and only while that waits', async () => {
    const other = await challenge(await beginChap(mutual))
    const ours = other.request.keys.get('CHAP_C') ?? ''
    await expect(challenged(instead(['CHAP_C', ours]))).rejects.toMatchObject(
      refused('reflected', 'the target was refused: it sent a challenge of ours back'),
    )
    other.target.raw.destroy()
    await expect(other.connecting).rejects.toThrow('closed the connection')
    expect((await challenge(await beginChap(ALICE), instead(['CHAP_C', ours]))).request.keys.has('CHAP_R')).toBe(true)
  })
})

describe('a target breaks the rules', () => {
  it.each([
    ['challenges before it takes CHAP', () => offered([...MD5_CHALLENGE]), 'CHAP_A came, AuthMethod is next'],
    [
      'challenges as it takes CHAP',
      () => offered([['AuthMethod', 'CHAP'], ...MD5_CHALLENGE]),
      'CHAP_A came, AuthMethod is next',
    ],
    ['sends no challenge', () => challenged([]), 'CHAP_A is missing, CHAP_A, CHAP_I and CHAP_C are next'],
    ['sends no algorithm', () => challenged(withoutOne(0)), 'CHAP_A is missing'],
    ['sends no identifier', () => challenged(withoutOne(1)), 'CHAP_I is missing'],
    ['sends no challenge with the rest', () => challenged(withoutOne(2)), 'CHAP_C is missing'],
    [
      'chooses what was not offered',
      () => challenged(instead(['CHAP_A', '9'])),
      'CHAP_A=9 is no legal answer; right is one of 8, 7, 6, 5',
    ],
    ['chooses two', () => challenged(instead(['CHAP_A', '5,7'])), 'CHAP_A=5,7 is no legal answer'],
    ['rejects all algorithms', () => challenged(instead(['CHAP_A', 'Reject'])), 'CHAP_A is no list of numbers'],
    [
      'has an identifier of two octets',
      () => challenged(instead(['CHAP_I', '256'])),
      'CHAP_I is no identifier from 0 to 255',
    ],
    ['has an empty identifier', () => challenged(instead(['CHAP_I', ''])), 'CHAP_I is no identifier'],
    [
      'has a challenge that is empty',
      () => challenged(instead(['CHAP_C', '0x'])),
      'CHAP_C is no binary value of 1 to 1024 bytes',
    ],
    ['has a challenge without a base', () => challenged(instead(['CHAP_C', '00ff'])), 'CHAP_C is no binary value'],
    ['has garbage in base64', () => challenged(instead(['CHAP_C', '0bAA-A'])), 'CHAP_C is no binary value'],
    [
      'has a challenge of 1025 bytes',
      () => challenged(instead(['CHAP_C', `0x${'ab'.repeat(1025)}`])),
      'CHAP_C is no binary value',
    ],
    ['says an algorithm twice', () => challenged([...MD5_CHALLENGE, ALGORITHM]), 'CHAP_A came twice'],
    ['says another challenge too', () => challenged([...MD5_CHALLENGE, ['CHAP_C', '0x01']]), 'CHAP_C came twice'],
    [
      'answers what it was not asked',
      () => challenged([...MD5_CHALLENGE, ...proofs]),
      'CHAP_N came, CHAP_A, CHAP_I and CHAP_C are next',
    ],
    [
      'answers what it was not asked, at the end',
      () => answered(() => proofs, true, {}),
      'CHAP_N came, CHAP_N and CHAP_R are next',
    ],
    [
      'challenges again',
      () => answered(() => [ALGORITHM, IDENTIFIER, CHALLENGE_PAIR], false),
      'CHAP_A came, CHAP_N and CHAP_R are next',
    ],
    ['has a response and no name', () => answered(login => proofOf(login, DISK).slice(1)), 'CHAP_N is missing'],
    ['has a name and no response', () => answered(login => proofOf(login, DISK).slice(0, 1)), 'CHAP_R is missing'],
    [
      'has a response that is none',
      () =>
        answered(() => [
          ['CHAP_N', 'disk'],
          ['CHAP_R', 'secret'],
        ]),
      'CHAP_R is no binary value',
    ],
  ] as const)('when it %s', async (_, login, message) => {
    const failure = await login().then(String, (error: unknown) => error)
    expect(failure).toBeInstanceOf(ProtocolError)
    expect((failure as Error).message).toContain(message)
  })

  it('when it says nothing for ever', async () => {
    const login = await challenge(await beginChap(mutual))
    const quiet = async () => {
      for (let last = login; ; ) {
        reply(last, [])
        last = { ...last, request: await nextRequest(login.target) }
      }
    }
    const over = Promise.race([quiet(), login.connecting])
    await expect(over).rejects.toThrow(/more than 32 requests|was dropped|closed/)
    await expect(login.connecting).rejects.toThrow('the login took more than 32 requests')
  })

  it('and no error of ours has what it sent for a secret', async () => {
    const said = `0x${'5e'.repeat(1030)}`
    const failure = await challenged(instead(['CHAP_C', said])).then(String, (error: Error) => error.stack ?? '')
    expect(failure).not.toContain('5e5e')
  })
})

describe('an exchange', () => {
  const key = fc.constantFrom('CHAP_A', 'CHAP_I', 'CHAP_C', 'CHAP_N', 'CHAP_R')
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('5', '8', '0', '255', '256', '0x', '0xff', '0bAAAA', '5,6', 'disk', 'None', 'Reject'),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map(bytes => `0x${Buffer.from(bytes).toString('hex')}`),
  )
  const texts = fc.array(fc.array(fc.tuple(key, value), { maxLength: 5 }), { maxLength: 6 })

  it('ends with errors of the protocol alone, and never without the proof of the target, whatever comes', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (said, whole) => {
        const exchange = new ChapExchange(chapTerms(mutual))
        const script: TextPair[][] = whole ? [[], [...MD5_CHALLENGE], ...said] : said
        const kinds = new Set(script.concat([[]]).map(pairs => outcome(() => exchange.take(pairs))))
        kinds.delete('taken')
        expect([...kinds].filter(kind => kind !== 'ProtocolError' && kind !== 'AuthenticationError')).toEqual([])
        expect(outcome(() => exchange.end())).toBe('AuthenticationError')
        exchange.close()
      }),
      { numRuns: 300 },
    )
  })

  const outcome = (step: () => unknown): string => {
    try {
      step()
      return 'taken'
    } catch (error) {
      return (error as Error).name
    }
  }
})
