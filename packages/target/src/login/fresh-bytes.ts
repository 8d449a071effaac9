import { randomBytes } from 'node:crypto'

/** How many are fetched at a time: to ask the system costs as much for them as for a few. */
const FETCHED_BYTES = 4096

let fetched = Buffer.alloc(0)
let givenBytes = 0

/** So many random bytes, 4096 at most, as cryptography needs them; nobody was given them before, nor will be. */
export function freshBytes(lengthBytes: number): Buffer {
  if (givenBytes + lengthBytes > fetched.length) {
    fetched = randomBytes(FETCHED_BYTES)
    givenBytes = 0
  }
  const start = givenBytes
  givenBytes += lengthBytes
  return fetched.subarray(start, givenBytes)
}
