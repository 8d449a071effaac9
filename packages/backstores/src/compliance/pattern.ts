import { checkArgument, wholeNumber } from '@lunkit/wire'

const LENGTH_BYTES = wholeNumber(0, 2 ** 30)
const SEED = wholeNumber()

/**
 * Bytes that tell their place: no two blocks of 512 bytes are alike, and none is all zeroes.
 * @throws {TypeError} or {RangeError} for what is no length, or no seed.
 */
export function pattern(lengthBytes: number, seed: number): Buffer {
  checkArgument('pattern: lengthBytes', lengthBytes, LENGTH_BYTES)
  checkArgument('pattern: seed', seed, SEED)
  const bytes = Buffer.alloc(lengthBytes)
  let state = (seed + 1) * 0x9e3779b1
  for (let i = 0; i < lengthBytes; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i
    bytes[i] = (state >>> 13) | 1
  }
  return bytes
}
