import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import {
  type ChapAlgorithmRow,
  ChapValueError,
  chapResponse,
  formatBinary,
  parseChapAlgorithms,
  parseChapBinary,
  parseChapIdentifier,
  type TextPair,
} from '@lunkit/pdu'
import { AuthenticationError, AuthenticationFault, ProtocolError } from '../error.ts'
import type { ChapTerms } from './chap-options.ts'
import { isReflected, remember } from './own-challenges.ts'

/** The keys of CHAP, RFC 7143 12.1.3. */
const ChapKey = {
  algorithm: 'CHAP_A',
  identifier: 'CHAP_I',
  challenge: 'CHAP_C',
  name: 'CHAP_N',
  response: 'CHAP_R',
} as const
type ChapKey = (typeof ChapKey)[keyof typeof ChapKey]
const chapKeys: ReadonlySet<string> = new Set(Object.values(ChapKey))

/** How far an exchange is. */
const ChapState = {
  /** The method is offered, and not agreed on. */
  offered: 'offered',
  /** Our algorithms are offered: the challenge is next. */
  challenged: 'challenged',
  /** We have answered it; where the target has to show who it is, its answer is next. */
  answered: 'answered',
  /** Both are who they have to be, as far as they had to show it. */
  over: 'over',
} as const
type ChapState = (typeof ChapState)[keyof typeof ChapState]

/** What is done with a text of the target's in a state, and what is next: what to send, and the state then. */
interface ChapRow {
  /** The keys that may come, all of them or none. */
  readonly keys: readonly ChapKey[]
  /** What is right instead of another key. */
  readonly next: string
}

const ROWS: Readonly<Record<ChapState, ChapRow>> = {
  offered: { keys: [], next: 'AuthMethod is' },
  challenged: { keys: ['CHAP_A', 'CHAP_I', 'CHAP_C'], next: 'CHAP_A, CHAP_I and CHAP_C are' },
  answered: { keys: ['CHAP_N', 'CHAP_R'], next: 'CHAP_N and CHAP_R are' },
  over: { keys: [], next: 'the end of the security stage is' },
}

/** What we ask of the target. */
interface OwnChallenge {
  readonly identifier: number
  readonly challenge: Uint8Array
  readonly forget: () => void
}

/** The initiator's side of CHAP in one login, RFC 7143 12.1.3 and RFC 1994. */
export class ChapExchange {
  readonly #terms: ChapTerms
  #state: ChapState = ChapState.offered
  #algorithm: ChapAlgorithmRow | undefined
  #asked: OwnChallenge | undefined

  constructor(terms: ChapTerms) {
    this.#terms = terms
  }

  /** Whether we have said all that we have to say, so that the target may end the stage. */
  get mayEnd(): boolean {
    return this.#state === ChapState.answered || this.#state === ChapState.over
  }

  /** The pairs of a text that are of CHAP, and the others. */
  static parts(pairs: readonly TextPair[]): { readonly chap: TextPair[]; readonly others: TextPair[] } {
    const chap = pairs.filter(([key]) => chapKeys.has(key))
    return { chap, others: pairs.filter(pair => !chap.includes(pair)) }
  }

  /**
   * Works through what a text of the target's has of CHAP; answers what to send.
   * @throws {ProtocolError} for what must not come. {AuthenticationError} for a target that is not who it has to be.
   */
  take(pairs: readonly TextPair[]): readonly TextPair[] {
    const values = this.#valuesOf(pairs)
    if (this.#state === ChapState.offered) return this.#begin()
    if (this.#state === ChapState.challenged) return this.#answer(values)
    if (this.#state === ChapState.answered) this.#verify(values)
    return []
  }

  /**
   * The target has not said yet whether it takes the method; nothing is to be said to that.
   * @throws {ProtocolError} for what must not come.
   */
  wait(pairs: readonly TextPair[]): readonly TextPair[] {
    this.#valuesOf(pairs)
    return []
  }

  /**
   * The target ends the security stage.
   * @throws {AuthenticationError} where it must not yet.
   */
  end(): void {
    if (this.#state === ChapState.over) return
    if (this.#state !== ChapState.answered)
      throw new AuthenticationError(AuthenticationFault.skipped, 'it ended the security stage without a challenge')
    if (this.#asked !== undefined)
      throw new AuthenticationError(AuthenticationFault.unproven, 'it did not answer the challenge')
    this.#state = ChapState.over
  }

  /** The login is over, whatever came of it. */
  close(): void {
    this.#asked?.forget()
  }

  #valuesOf(pairs: readonly TextPair[]): ReadonlyMap<string, string> {
    const { next } = ROWS[this.#state]
    const keys = this.#keys()
    const values = new Map<string, string>()
    for (const [key, value] of pairs) {
      if (!keys.includes(key as ChapKey)) throw new ProtocolError(`login: ${key} came, ${next} next`)
      if (values.has(key)) throw new ProtocolError(`login: ${key} came twice, RFC 7143 6.3 allows each key one value`)
      values.set(key, value)
    }
    const missing = keys.find(key => !values.has(key))
    const mustCome = values.size > 0 || this.#state === ChapState.challenged
    if (missing !== undefined && mustCome) throw new ProtocolError(`login: ${missing} is missing, ${next} next`)
    return values
  }

  /** A target that was asked nothing has nothing to show. */
  #keys(): readonly ChapKey[] {
    return this.#state === ChapState.answered && this.#asked === undefined ? [] : ROWS[this.#state].keys
  }

  #begin(): readonly TextPair[] {
    this.#state = ChapState.challenged
    return [[ChapKey.algorithm, this.#terms.algorithms.map(({ algorithm }) => algorithm).join(',')]]
  }

  #answer(values: ReadonlyMap<string, string>): readonly TextPair[] {
    const { initiator, target } = this.#terms
    this.#algorithm = this.#chosen(valueOf(values, ChapKey.algorithm))
    const { algorithm } = this.#algorithm
    const identifier = read(ChapKey.identifier, values, parseChapIdentifier)
    const challenge = read(ChapKey.challenge, values, parseChapBinary)
    if (isReflected(challenge))
      throw new AuthenticationError(AuthenticationFault.reflected, 'it sent a challenge of ours back')
    const response = chapResponse({ algorithm, identifier, secret: initiator.secret, challenge })
    this.#state = ChapState.answered
    const proof: TextPair[] = [
      [ChapKey.name, initiator.user],
      [ChapKey.response, formatBinary(response)],
    ]
    return target ? [...proof, ...this.#ask(identifier)] : proof
  }

  /** RFC 7143 12.1.3: one of those that we offered. */
  #chosen(text: string): ChapAlgorithmRow {
    const numbers = readValue(ChapKey.algorithm, text, parseChapAlgorithms)
    const { algorithms } = this.#terms
    const chosen = algorithms.find(({ algorithm }) => algorithm === numbers[0])
    if (chosen && numbers.length === 1) return chosen
    const offered = algorithms.map(({ algorithm }) => algorithm).join(', ')
    throw new ProtocolError(`login: CHAP_A=${numbers.join(',')} is no legal answer; right is one of ${offered}`)
  }

  /** A challenge for the target, as long as the hash. Its identifier is another one than the target's. */
  #ask(theirs: number): readonly TextPair[] {
    const { digestBytes } = this.#algorithm as ChapAlgorithmRow
    const identifier = (theirs + randomInt(1, 256)) % 256
    const challenge = randomBytes(digestBytes)
    this.#asked = { identifier, challenge, forget: remember(challenge) }
    return [
      [ChapKey.identifier, String(identifier)],
      [ChapKey.challenge, formatBinary(challenge)],
    ]
  }

  #verify(values: ReadonlyMap<string, string>): void {
    const asked = this.#asked
    if (asked === undefined || values.size === 0) return
    const { user, secret } = this.#terms.target as NonNullable<ChapTerms['target']>
    const { algorithm } = this.#algorithm as ChapAlgorithmRow
    const given = read(ChapKey.response, values, parseChapBinary)
    const { identifier, challenge } = asked
    const right = chapResponse({ algorithm, identifier, secret, challenge })
    if (given.length !== right.length || !timingSafeEqual(given, right))
      throw new AuthenticationError(
        AuthenticationFault.wrongResponse,
        'it does not have the secret that it has to have',
      )
    if (valueOf(values, ChapKey.name) !== user)
      throw new AuthenticationError(AuthenticationFault.wrongName, 'it has another name than it has to have')
    asked.forget()
    this.#state = ChapState.over
  }
}

const valueOf = (values: ReadonlyMap<string, string>, key: ChapKey): string => values.get(key) ?? ''

const read = <T>(key: ChapKey, values: ReadonlyMap<string, string>, parse: (text: string) => T): T =>
  readValue(key, valueOf(values, key), parse)

function readValue<T>(key: ChapKey, text: string, parse: (text: string) => T): T {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof ChapValueError) throw new ProtocolError(`login: ${key} is ${error.message}`, { cause: error })
    throw error
  }
}
