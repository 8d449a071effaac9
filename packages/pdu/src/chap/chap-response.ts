import { createHash } from 'node:crypto'
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
  const { hash } = chapAlgorithmOf(question.algorithm) as ChapAlgorithmRow
  return createHash(hash)
    .update(Uint8Array.of(question.identifier))
    .update(question.secret)
    .update(question.challenge)
    .digest()
}
