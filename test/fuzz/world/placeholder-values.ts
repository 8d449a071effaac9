import type { Placeholder } from '../cases/security.ts'
import { type AskedChallenge, responseTo, strongestFirst } from '../oracle/chap-reading.ts'
import { INITIATOR, ITSELF } from '../oracle/guarded-target.ts'
import type { SecurityJudge } from '../oracle/security-judge.ts'

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

/** What somebody says who was asked nothing. */
const UNASKED: AskedChallenge = { algorithm: 5, identifier: 1, bytes: Buffer.alloc(16, 1) }

const rightFor = (asked: AskedChallenge): Buffer => responseTo(asked, INITIATOR.secret)

/** The same by the hash that comes next. */
function hashedOtherwise(asked: AskedChallenge): Buffer {
  const at = strongestFirst.indexOf(asked.algorithm)
  return rightFor({ ...asked, algorithm: strongestFirst[(at + 1) % strongestFirst.length] as number })
}

function withBitFlipped(bytes: Buffer): Buffer {
  bytes[0] = (bytes[0] as number) ^ 1
  return bytes
}

const values: Readonly<Record<Placeholder, (asked: AskedChallenge, judge: SecurityJudge) => string>> = {
  right: asked => hex(rightFor(asked)),
  base64: asked => `0b${rightFor(asked).toString('base64')}`,
  other: asked => hex(responseTo(asked, 'wrongsecret123')),
  reflected: asked => hex(responseTo(asked, ITSELF.secret)),
  before: (_asked, { before }) => hex(rightFor(before ?? UNASKED)),
  hashed: asked => hex(hashedOtherwise(asked)),
  near: asked => hex(withBitFlipped(rightFor(asked))),
  short: asked => hex(rightFor(asked).subarray(1)),
  long: asked => hex(Buffer.concat([rightFor(asked), Buffer.alloc(1)])),
  theirs: asked => hex(asked.bytes),
  identifier: asked => `${asked.identifier}`,
}

/** An entry of a text with the values that its words in braces have now. */
export const withValues = (entry: string, judge: SecurityJudge): string =>
  entry.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name as Placeholder](judge.asked ?? UNASKED, judge) : whole,
  )
