import { chapResponse, formatBinary, LoginRequest, parseChapBinary, type TextPair } from '@lunkit/pdu'
import type { ChapOptions } from '../chap/chap-options.ts'
import type { ConnectOptions } from '../connect-options.ts'
import type { Session } from '../session.ts'
import { beginSession, type ScriptedTarget, textOf } from './scripted-target.ts'

/** A login whose initiator has offered its algorithms, and waits for its challenge. */
export interface ChapLogin {
  readonly target: ScriptedTarget
  readonly connecting: Promise<Session>
  /** What the initiator offered, `CHAP_A`. */
  readonly offered: string | undefined
  /** The request that waits for an answer. */
  readonly request: Awaited<ReturnType<typeof nextRequest>>
}

/** The challenge that these tests give where it does not matter which. */
export const CHALLENGE = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
/** A whole challenge for MD5. */
export const MD5_CHALLENGE: readonly TextPair[] = [
  ['CHAP_A', '5'],
  ['CHAP_I', '7'],
  ['CHAP_C', formatBinary(CHALLENGE)],
]

/** Who the initiator is in these tests. */
export const ALICE = { user: 'alice', secret: 'alice has a long secret' } as const
/** And who the target is. */
export const DISK = { user: 'disk', secret: 'the disk has another one' } as const

const STAY = { transit: false, nextStage: 0 } as const

/** The next Login Request, its values and its keys. */
export async function nextRequest(target: ScriptedTarget) {
  const packet = await target.raw.expect(LoginRequest)
  return { values: packet.values, keys: new Map(textOf(packet)) }
}

/** Answers a request within the security stage. */
export const reply = ({ target, request }: ChapLogin, pairs: readonly TextPair[], stays = true): void =>
  target.answerLogin(request.values, pairs, stays ? STAY : { transit: true, nextStage: 1 })

/** A login up to the point where the target takes CHAP, and has yet to send its challenge. */
export async function beginChap(auth: ChapOptions, more: Partial<ConnectOptions> = {}): Promise<ChapLogin> {
  const { target, connecting } = await beginSession({ auth, ...more })
  const first = await nextRequest(target)
  target.answerLogin(first.values, [['AuthMethod', 'CHAP']], STAY)
  const request = await nextRequest(target)
  return { target, connecting, offered: request.keys.get('CHAP_A'), request }
}

/** The same, one step on: the initiator has answered this challenge. */
export async function challenge(login: ChapLogin, pairs: readonly TextPair[] = MD5_CHALLENGE): Promise<ChapLogin> {
  reply(login, pairs)
  return { ...login, request: await nextRequest(login.target) }
}

/** The right answer to the initiator's own challenge. */
export function proofOf({ request }: ChapLogin, who: { readonly user: string; readonly secret: string }): TextPair[] {
  const identifier = Number(request.keys.get('CHAP_I'))
  const challengeOfInitiator = parseChapBinary(request.keys.get('CHAP_C') ?? '')
  const secret = Buffer.from(who.secret)
  const response = chapResponse({ algorithm: 5, identifier, secret, challenge: challengeOfInitiator })
  return [
    ['CHAP_N', who.user],
    ['CHAP_R', formatBinary(response)],
  ]
}
