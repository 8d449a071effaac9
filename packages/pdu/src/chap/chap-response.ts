import { hash } from 'node:crypto'
import { byteArray, checkOptions, oneOf, required, wholeNumber } from '@lunkit/wire'
import { CHAP_BINARY_BYTES } from '../limits.ts'
import { BYTES } from '../text-domains.ts'
import { type ChapAlgorithm, type ChapAlgorithmRow, chapAlgorithmOf, chapAlgorithms } from './chap-algorithm.ts'

/** What a response is made of. */
export interface ChapQuestion {
  readonly algorithm: ChapAlgorithm
  /** CHAP_I, one octet. */
  readonly identifier: number
  /** The secret that both sides know. */
  readonly secret: Uint8Array
  /** The bytes of CHAP_C. */
  readonly challenge: Uint8Array
}

const QUESTION = {
  algorithm: required(oneOf(chapAlgorithms.map(({ algorithm }) => algorithm))),
  identifier: required(wholeNumber(0, 255)),
  secret: required(BYTES),
  challenge: required(byteArray(1, CHAP_BINARY_BYTES)),
}

/**
 * The right response to a challenge, RFC 1994 4.1: the hash over the identifier's octet, the secret and the challenge.
 * @throws {TypeError} or {RangeError} for what is none of these.
 */
export function chapResponse(question: ChapQuestion): Uint8Array {
  checkOptions('chapResponse: question', question, QUESTION)
  const { algorithm, identifier, secret, challenge } = question
  const row = chapAlgorithmOf(algorithm) as ChapAlgorithmRow
  // In one piece, because an object that takes pieces costs more than the hash of so few bytes.
  const hashed = new Uint8Array(1 + secret.length + challenge.length)
  hashed[0] = identifier
  hashed.set(secret, 1)
  hashed.set(challenge, 1 + secret.length)
  const response = hash(row.hash, hashed, 'buffer')
  // The secret stays nowhere but where it was.
  hashed.fill(0)
  return response
}
