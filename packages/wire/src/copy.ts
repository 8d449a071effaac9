/** Below this many bytes a loop copies faster than the engine's routine is called (measured). */
const LOOP_BYTES = 32
/** From here on the system's routine pays off for shared memory, which the engine copies word by word (measured). */
const WHOLE_FROM_BYTES = 512

/** Bytes `start` to `start + lengthBytes` of `from`. */
export interface CopiedPiece {
  readonly from: Uint8Array
  readonly start: number
  readonly lengthBytes: number
}

const wholes = new WeakMap<ArrayBufferLike, Buffer>()

/** All of the memory that `bytes` lies in. A copy out of a whole buffer is the system's memmove, whatever is shared. */
function wholeOf({ buffer }: Uint8Array): Buffer {
  let whole = wholes.get(buffer)
  if (!whole) {
    whole = Buffer.from(buffer)
    wholes.set(buffer, whole)
  }
  return whole
}

/**
 * Copies a piece to `to` from `at` on. `Uint8Array.set` moves shared memory word by word, as if another thread were
 * writing to it; slots have one owner at a time, so that none is.
 */
export function copyBytes({ from, start, lengthBytes }: CopiedPiece, to: Uint8Array, at: number): void {
  if (lengthBytes <= LOOP_BYTES) for (let i = 0; i < lengthBytes; i++) to[at + i] = from[start + i] as number
  else if (lengthBytes < WHOLE_FROM_BYTES)
    to.set(lengthBytes === from.length ? from : from.subarray(start, start + lengthBytes), at)
  else {
    const first = from.byteOffset + start
    wholeOf(from).copy(to, at, first, first + lengthBytes)
  }
}
