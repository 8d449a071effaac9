import { createRequire } from 'node:module'

/** CRC32C (Castagnoli), reflected polynomial, as RFC 7143 13.1 prescribes for digests. */
const POLYNOMIAL = 0x82f63b78
const SLICES = 16
/** From here on the native routine is faster than the tables (measured on x86-64). */
const NATIVE_FROM_BYTES = 256

type NativeCrc32c = (input: Uint8Array, seed?: number) => number

function makeTables(): Int32Array {
  const tables = new Int32Array(SLICES * 256)
  for (let n = 0; n < 256; n++) {
    let crc = n
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    tables[n] = crc
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256] as number
    tables[i] = (tables[before & 0xff] as number) ^ (before >>> 8)
  }
  return tables
}

const tables = makeTables()
const table = (slice: number, index: number): number => tables[slice * 256 + index] as number

/** Sixteen bytes a round, each through a table of its own (slicing-by-16); the rest byte by byte. */
function sliced(b: Uint8Array, start: number, end: number, seed: number): number {
  let crc = ~seed
  let i = start
  for (const last = end - SLICES; i <= last; i += SLICES) {
    crc =
      table(15, (b[i]! ^ crc) & 0xff) ^
      table(14, (b[i + 1]! ^ (crc >>> 8)) & 0xff) ^
      table(13, (b[i + 2]! ^ (crc >>> 16)) & 0xff) ^
      table(12, b[i + 3]! ^ (crc >>> 24)) ^
      table(11, b[i + 4]!) ^
      table(10, b[i + 5]!) ^
      table(9, b[i + 6]!) ^
      table(8, b[i + 7]!) ^
      table(7, b[i + 8]!) ^
      table(6, b[i + 9]!) ^
      table(5, b[i + 10]!) ^
      table(4, b[i + 11]!) ^
      table(3, b[i + 12]!) ^
      table(2, b[i + 13]!) ^
      table(1, b[i + 14]!) ^
      table(0, b[i + 15]!)
  }
  for (; i < end; i++) crc = table(0, (crc ^ b[i]!) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

function loadNative(): NativeCrc32c | undefined {
  try {
    return (createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: NativeCrc32c }).crc32c
  } catch {
    return undefined // no prebuilt library for this platform: the tables serve every length
  }
}

let native: NativeCrc32c | undefined | 'not loaded' = 'not loaded'

/**
 * The CRC32C of `bytes`; `seed` is the CRC of what came before them (0 at the start), so that a digest can be taken
 * piece by piece. On the wire the value's least significant byte is sent first.
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  if (bytes.length < NATIVE_FROM_BYTES) return sliced(bytes, 0, bytes.length, seed)
  if (native === 'not loaded') native = loadNative()
  return native ? native(bytes, seed) >>> 0 : sliced(bytes, 0, bytes.length, seed)
}

/** The CRC32C of bytes `start` to `end` (exclusive) of `bytes`: for headers, without a view on them being made. */
export function crc32cRange(bytes: Uint8Array, start: number, end: number): number {
  return end - start < NATIVE_FROM_BYTES ? sliced(bytes, start, end, 0) : crc32c(bytes.subarray(start, end))
}

/** The same without the native library, for tests and for platforms that lack it. */
export const crc32cPortable = (bytes: Uint8Array, seed = 0): number => sliced(bytes, 0, bytes.length, seed)
