import { dataView } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Ahs, AhsError, AhsType, readAhs, writeAhs } from './index.ts'

const extendedCdb: Ahs = { type: AhsType.extendedCdb, cdb: Uint8Array.of(0xa1, 0xa2, 0xa3, 0xa4, 0xa5) }
const readLength: Ahs = { type: AhsType.bidirectionalReadLength, readBytes: 0x1000 }

function errorOf(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}

describe('additional header segments', () => {
  it('carry the rest of a CDB, padded to words', () => {
    expect(Buffer.from(writeAhs([extendedCdb])).toString('hex')).toBe('00060100a1a2a3a4a5000000')
  })

  it('carry the read length of a bidirectional command', () => {
    expect(Buffer.from(writeAhs([readLength])).toString('hex')).toBe('0005020000001000')
  })

  it('are read one after another', () => {
    const bytes = Buffer.from('deadbeef00060100a1a2a3a4a50000000005020000001000', 'hex')
    expect(readAhs(dataView(bytes), 4, 20)).toEqual([extendedCdb, readLength])
  })

  it('keep a type they do not know as bytes', () => {
    const bytes = Buffer.from('00033f0155660000', 'hex')
    const read = readAhs(dataView(bytes), 0, 8)
    expect(read).toEqual([{ type: 0x3f, bytes: Uint8Array.of(1, 0x55, 0x66) }])
    expect(Buffer.from(writeAhs(read))).toEqual(bytes)
  })

  it('refuse a length that runs past the end, or is none', () => {
    expect(() => readAhs(dataView(Buffer.from('00060100a1a2a3a4', 'hex')), 0, 8)).toThrow(
      new AhsError('AHS of type 1 claims 6 bytes, 5 are left'),
    )
    expect(() => readAhs(dataView(Buffer.from('00000100', 'hex')), 0, 4)).toThrow(AhsError)
  })

  it('refuse a read length of a wrong size', () => {
    expect(() => readAhs(dataView(Buffer.from('0004020000001000', 'hex')), 0, 8)).toThrow(AhsError)
  })

  it('refuse a read length that is too short at the very end of memory', () => {
    expect(() => readAhs(dataView(Buffer.from('00010200', 'hex')), 0, 4)).toThrow(
      new AhsError('AHS with a bidirectional read length claims 1 bytes instead of 5'),
    )
  })

  it('throw nothing but their own error, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), words => {
        const bytes = new Uint8Array(words.length * 4).map((_, i) => words[i % words.length] ?? 0)
        expect(errorOf(() => readAhs(dataView(bytes), 0, bytes.length))).toSatisfy(
          error => error === undefined || error instanceof AhsError,
        )
      }),
    )
  })

  it('are read back as they were written', () => {
    const one = fc.oneof(
      fc.record({ type: fc.constant(AhsType.extendedCdb), cdb: fc.uint8Array({ maxLength: 244 }) }),
      fc.record({ type: fc.constant(AhsType.bidirectionalReadLength), readBytes: fc.nat() }),
      fc.record({ type: fc.integer({ min: 3, max: 63 }), bytes: fc.uint8Array({ minLength: 1, maxLength: 60 }) }),
    )
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), segments => {
        const bytes = writeAhs(segments)
        expect(bytes.length % 4).toBe(0)
        expect(readAhs(dataView(bytes), 0, bytes.length)).toEqual(segments)
      }),
    )
  })
})
