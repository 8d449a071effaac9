import { timingSafeEqual } from 'node:crypto'
import {
  type ChapAlgorithmRow,
  ChapValueError,
  chapAlgorithms,
  chapResponse,
  formatBinary,
  type KeyName,
  LoginStatus,
  parseChapAlgorithms,
  parseChapBinary,
  parseChapIdentifier,
  type TextPair,
} from '@lunkit/pdu'
import type { ChapIdentity, TargetCredentials } from '../server/login-proof.ts'
import { freshBytes } from './fresh-bytes.ts'
import { LoginCause } from './login-cause.ts'
import { LoginRefusal } from './login-refusal.ts'

/** How far CHAP has got, RFC 7143 12.1.3. */
const ChapState = { algorithm: 'algorithm', response: 'response', done: 'done' } as const
type ChapState = (typeof ChapState)[keyof typeof ChapState]

/** What the initiator has said in one step, by key. */
type Said = ReadonlyMap<string, string>

interface Step {
  /** What the initiator says in this state, all of it in one text. */
  readonly keys: readonly KeyName[]
  /** What it may say beside that, all or none of it. */
  readonly further: readonly KeyName[]
  readonly next: ChapState
}

/** RFC 7143 12.1.3: what each state waits for. */
const steps: Readonly<Record<ChapState, Step>> = {
  [ChapState.algorithm]: { keys: ['CHAP_A'], further: [], next: ChapState.response },
  [ChapState.response]: { keys: ['CHAP_N', 'CHAP_R'], further: ['CHAP_I', 'CHAP_C'], next: ChapState.done },
  [ChapState.done]: { keys: [], further: [], next: ChapState.done },
}

/** What the target has asked. */
interface Challenge {
  readonly row: ChapAlgorithmRow
  readonly identifier: number
  readonly bytes: Uint8Array
}

/** The target's side of CHAP in one login: it asks, judges the answer, and answers itself where it is asked. */
export class Authenticator {
  static readonly #answers: Readonly<Record<ChapState, (of: Authenticator, said: Said) => TextPair[]>> = {
    [ChapState.algorithm]: (of, said) => of.#ask(said),
    [ChapState.response]: (of, said) => of.#judge(said),
    [ChapState.done]: () => [],
  }
  readonly #credentials: TargetCredentials
  #state: ChapState = ChapState.algorithm
  #asked: Challenge | undefined

  constructor(credentials: TargetCredentials) {
    this.#credentials = credentials
  }

  /** Whether the initiator has proved who it is. */
  get done(): boolean {
    return this.#state === ChapState.done
  }

  /**
   * Takes the keys of CHAP of one text; answers what is said to them. A text without any changes nothing.
   * @throws {LoginRefusal} where they prove nothing.
   */
  take(pairs: readonly TextPair[]): TextPair[] {
    if (pairs.length === 0) return []
    const said: Said = new Map(pairs)
    checkKeys(said, steps[this.#state])
    const answer = Authenticator.#answers[this.#state](this, said)
    this.#state = steps[this.#state].next
    return answer
  }

  /** Chooses the strongest of what both take, and makes a challenge that nobody was ever asked. */
  #ask(said: Said): TextPair[] {
    const offered = read('CHAP_A', said, parseChapAlgorithms)
    const { algorithms } = this.#credentials
    const row = chapAlgorithms.find(
      ({ algorithm }) => offered.includes(algorithm) && (algorithms?.includes(algorithm) ?? true),
    )
    if (!row) throw refusal('CHAP_A has no algorithm that is taken')
    const random = freshBytes(1 + row.digestBytes)
    const identifier = random[0] as number
    this.#asked = { row, identifier, bytes: random.subarray(1) }
    return [
      ['CHAP_A', `${row.algorithm}`],
      ['CHAP_I', `${identifier}`],
      ['CHAP_C', formatBinary(this.#asked.bytes)],
    ]
  }

  #judge(said: Said): TextPair[] {
    this.#checkResponse(said)
    const { mutual, mutualRequired } = this.#credentials
    if (said.has('CHAP_C')) return this.#prove(said, mutual)
    if (mutualRequired)
      throw refusal('the initiator does not ask the target to prove itself, as mutual CHAP is demanded')
    return []
  }

  /** The same is done whether the name is wrong or the secret is, so that time tells nothing. */
  #checkResponse(said: Said): void {
    const { secret, name, mutual } = this.#credentials
    const response = read('CHAP_R', said, parseChapBinary)
    const expected = this.#responseOf(secret.bytes)
    const isSecret = isSame(response, expected)
    const isName = isSame(Buffer.from(said.get('CHAP_N') as string), Buffer.from(name))
    // RFC 7143 9.2.1: what we would have said ourselves proves nothing.
    const isOurs = mutual !== undefined && isSame(response, this.#responseOf(mutual.secret.bytes))
    if (isName && isSecret && !isOurs) return
    const reason = !isName ? 'CHAP_N is not the name that is expected' : 'CHAP_R is not made of the secret'
    const why =
      isName && isOurs ? 'CHAP_R is the response of the target itself, whose secret must be another one' : reason
    throw new LoginRefusal(LoginStatus.authenticationFailure, why, LoginCause.badSecret)
  }

  #responseOf(secret: Uint8Array): Uint8Array {
    const { row, identifier, bytes } = this.#asked as Challenge
    return chapResponse({ algorithm: row.algorithm, identifier, secret, challenge: bytes })
  }

  #prove(said: Said, mutual: ChapIdentity | undefined): TextPair[] {
    const identifier = read('CHAP_I', said, parseChapIdentifier)
    const challenge = read('CHAP_C', said, parseChapBinary)
    const { row, bytes } = this.#asked as Challenge
    if (!mutual) throw refusal('the initiator asks the target to prove itself, which has no credentials for that')
    // RFC 7143 9.2.1: it would have us answer for it.
    if (isSame(challenge, bytes)) throw refusal('CHAP_C is the challenge of the target itself')
    const response = chapResponse({ algorithm: row.algorithm, identifier, secret: mutual.secret.bytes, challenge })
    return [
      ['CHAP_N', mutual.name],
      ['CHAP_R', formatBinary(response)],
    ]
  }
}

function checkKeys(said: Said, { keys, further }: Step): void {
  if (said.size === keys.length && keys.every(key => said.has(key))) return
  const missing = keys.find(key => !said.has(key)) ?? (said.size > keys.length && further.find(key => !said.has(key)))
  const beyond = [...said.keys()].find(key => !keys.includes(key as KeyName) && !further.includes(key as KeyName))
  if (beyond) throw refusal(`${beyond} has no place in this step of CHAP`)
  if (missing) throw refusal(`${missing} is missing in this step of CHAP`)
}

/** A value as it was said; what it is stays out of what is told. */
function read<T>(key: KeyName, said: Said, parse: (text: string) => T): T {
  try {
    return parse(said.get(key) as string)
  } catch (error) {
    if (error instanceof ChapValueError) throw refusal(`${key} is ${error.message}`)
    throw error
  }
}

const refusal = (reason: string): LoginRefusal => new LoginRefusal(LoginStatus.authenticationFailure, reason)

/** Lengths are no secret: those of responses follow from the algorithm, and that of a name is what somebody tries. */
const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
