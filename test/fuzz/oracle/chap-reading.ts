import { createHash } from 'node:crypto'

/** The hashes of CHAP by number, the strongest first, RFC 7143 12.1.3 and the registry of PPP. */
const HASHES: ReadonlyMap<number, string> = new Map([
  [8, 'sha3-256'],
  [7, 'sha256'],
  [6, 'sha1'],
  [5, 'md5'],
])

/** What a target has asked. */
export interface AskedChallenge {
  readonly algorithm: number
  readonly identifier: number
  readonly bytes: Buffer
}

/** The numbers that stand for hashes, the strongest first. */
export const strongestFirst = [...HASHES.keys()]

/** How long a digest is, and with it a challenge; 0 where nobody knows the number. */
export const digestBytes = (algorithm: number): number =>
  HASHES.has(algorithm) ? hashOf(algorithm, Buffer.alloc(0)).length : 0

/** RFC 1994 4.1: the hash over identifier, secret and challenge. */
export function responseTo({ algorithm, identifier, bytes }: AskedChallenge, secret: string): Buffer {
  return hashOf(algorithm, Buffer.concat([Buffer.from([identifier]), Buffer.from(secret), bytes]))
}

const hashOf = (algorithm: number, bytes: Buffer): Buffer =>
  createHash(HASHES.get(algorithm) ?? 'md5')
    .update(bytes)
    .digest()

/** The bytes of a binary value, read as kindly as one can, RFC 7143 6.1; none for what is no such value. */
export function binaryOf(text: string): Buffer {
  const rest = text.slice(2)
  if (/^0b/i.test(text)) return Buffer.from(rest, 'base64')
  return /^0x/i.test(text) ? Buffer.from(rest.length % 2 === 0 ? rest : `0${rest}`, 'hex') : Buffer.alloc(0)
}

/** A number, decimal or hexadecimal. */
export const numberOf = (text: string): number => (/^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN)
