import {
  DISCOVERY_TEXT_LIMITS,
  encodeText,
  RESERVED_TAG,
  splitText,
  TextAssembler,
  TextError,
  type TextPair,
} from '@lunkit/pdu'
import { arrayOf, type Domain } from '@lunkit/wire'
import { ProtocolError } from './error.ts'
import type { TextAnswer } from './full-feature.ts'

/** Text keys with their values. */
export const TEXT_PAIRS: Domain = arrayOf(
  {
    type: 'object',
    words: 'a key and its value',
    has: (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(part => typeof part === 'string'),
  },
  'each of it a key and its value, [[key, value], ...]',
)

/** A piece of a text, for one Text Request. */
export interface TextPiece {
  readonly transferTag: number
  readonly piece: Uint8Array
  readonly continues: boolean
}

/** Sends a text in pieces, and puts the answer together, however many PDUs both take (RFC 7143 11.10). */
export async function exchangeText(
  pairs: readonly TextPair[],
  longestPiece: number,
  ask: (piece: TextPiece) => Promise<TextAnswer>,
): Promise<TextPair[]> {
  const pieces = splitText(encodeText(pairs), longestPiece)
  const assembler = new TextAssembler(DISCOVERY_TEXT_LIMITS)
  const answers: TextPair[] = []
  let transferTag = RESERVED_TAG
  for (let last = false; !last; ) {
    const piece = pieces.shift() ?? new Uint8Array(0)
    const answer = await ask({ transferTag, piece, continues: pieces.length > 0 })
    answers.push(...(collect(assembler, answer) ?? []))
    transferTag = answer.transferTag
    last = answer.final && pieces.length === 0
  }
  return answers
}

function collect(assembler: TextAssembler, { data, continues }: TextAnswer): TextPair[] | undefined {
  try {
    return assembler.add(data, continues)
  } catch (error) {
    if (error instanceof TextError) throw new ProtocolError(`Text Response: ${error.message}`, { cause: error })
    throw error
  }
}
