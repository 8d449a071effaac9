import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32c, crc32cPortable, crc32cRange } from './index.ts'

/** The digest as iSCSI sends it: the least significant byte first. */
const sent = (crc: number): string => Buffer.from([crc, crc >>> 8, crc >>> 16, crc >>> 24]).toString('hex')

/** One bit after another, straight from the polynomial 0x11edc6f41 of RFC 7143 13.1. */
function bitwise(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1
  }
  return ~crc >>> 0
}

/** RFC 7143 appendix A.4: the data of each example, and the bytes of its digest in the order in which they are sent. */
const examples: [what: string, bytes: Uint8Array, digest: string][] = [
  ['32 bytes of zeroes', new Uint8Array(32), 'aa36918a'],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), '43aba862'],
  ['32 bytes that count up', Uint8Array.from({ length: 32 }, (_, i) => i), '4e79dd46'],
  ['32 bytes that count down', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), '5cdb3f11'],
  [
    'a SCSI READ (10) command PDU',
    Buffer.from(
      '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000',
      'hex',
    ),
    '563a96d9',
  ],
]

describe('crc32c', () => {
  it('gives the digests of RFC 7143 appendix A.4', () => {
    for (const [what, bytes, digest] of examples) expect([what, sent(crc32c(bytes))]).toEqual([what, digest])
  })

  it('gives e3069283 for the digits 1 to 9', () => {
    expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283')
  })

  it('is 0 for nothing', () => {
    expect(crc32c(new Uint8Array(0))).toBe(0)
  })

  it('agrees with the polynomial for any bytes, by tables and by the native routine', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), bytes => {
        const right = bitwise(bytes)
        expect(crc32c(bytes)).toBe(right)
        expect(crc32cPortable(bytes)).toBe(right)
      }),
    )
  })

  it('goes on from a seed: a digest may be taken piece by piece', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 900 }), fc.nat({ max: 900 }), (bytes, cut) => {
        const first = crc32c(bytes.subarray(0, cut))
        expect(crc32c(bytes.subarray(cut), first)).toBe(crc32c(bytes))
        expect(crc32cPortable(bytes.subarray(cut), first)).toBe(crc32c(bytes))
      }),
    )
  })

  it('takes a range as it takes the bytes of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat({ max: 600 }), fc.nat({ max: 600 }), (bytes, a, b) => {
        const start = Math.min(a, b, bytes.length)
        const end = Math.min(Math.max(a, b), bytes.length)
        expect(crc32cRange(bytes, start, end)).toBe(bitwise(bytes.subarray(start, end)))
      }),
    )
  })

  it('takes shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(512)).fill(7)
    expect(crc32c(shared)).toBe(bitwise(shared))
  })
})
