/** Below this many bytes a loop copies faster than the engine's routine is called (measured). */
const LOOP_BYTES = 32
/** From here on the system's routine pays off for shared memory, which the engine copies word by word (measured). */
const SYSTEM_FROM_BYTES = 512

/** Bytes `start` to `start + lengthBytes` of `from`. */
export interface CopiedPiece {
  readonly from: Uint8Array
  readonly start: number
  readonly lengthBytes: number
}

/** Called on any Uint8Array: a Buffer is one, and nothing more is asked of it. */
const { copy } = Buffer.prototype

/**
 * Copies a piece to `to` from `at` on. `Uint8Array.set` moves shared memory word by word, as if another thread were
 * writing to it; slots have one owner at a time, so that none is.
 */
export function copyBytes({ from, start, lengthBytes }: CopiedPiece, to: Uint8Array, at: number): void {
  if (lengthBytes <= LOOP_BYTES) for (let i = 0; i < lengthBytes; i++) to[at + i] = from[start + i] as number
  else if (lengthBytes < SYSTEM_FROM_BYTES)
    to.set(lengthBytes === from.length ? from : from.subarray(start, start + lengthBytes), at)
  else copyBySystem({ from, start, lengthBytes }, to, at)
}

/** Node's copy is the system's memmove, but for all of a source, which it sets: the last byte goes by itself. */
function copyBySystem({ from, start, lengthBytes }: CopiedPiece, to: Uint8Array, at: number): void {
  const last = lengthBytes - 1
  to[at + last] = from[start + last] as number
  copy.call(from, to, at, start, start + last)
}
