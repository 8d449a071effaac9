import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyBytes } from './copy.ts'

const MEMORY_BYTES = 16 * 1024

/** Memory of one kind, every byte of it different from its neighbours. */
function memory(shared: boolean, salt: number): Uint8Array {
  const bytes = new Uint8Array(shared ? new SharedArrayBuffer(MEMORY_BYTES) : new ArrayBuffer(MEMORY_BYTES))
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + salt) % 253
  return bytes
}

describe('copyBytes', () => {
  it('copies what set would copy, between shared and other memory, wherever the piece lies', () => {
    const place = fc.nat({ max: 4096 })
    const length = fc.oneof(fc.nat({ max: 64 }), fc.integer({ min: 480, max: 544 }), fc.nat({ max: 4096 }))
    fc.assert(
      fc.property(
        fc.record({ view: place, start: place, lengthBytes: length, at: place, from: fc.boolean(), to: fc.boolean() }),
        ({ view, start, lengthBytes, at, from: fromShared, to: toShared }) => {
          const from = memory(fromShared, 1).subarray(view)
          const to = memory(toShared, 2)
          const expected = Uint8Array.from(to)
          expected.set(from.subarray(start, start + lengthBytes), at)
          copyBytes({ from, start, lengthBytes }, to, at)
          expect(Buffer.compare(to, expected)).toBe(0)
        },
      ),
    )
  })

  it('copies all of a buffer', () => {
    const to = new Uint8Array(MEMORY_BYTES)
    copyBytes({ from: memory(true, 7), start: 0, lengthBytes: MEMORY_BYTES }, to, 0)
    expect(Buffer.compare(to, memory(true, 7))).toBe(0)
  })
})
