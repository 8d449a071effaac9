import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText, encodeText, splitText, TextAssembler, TextError, type TextPair } from './index.ts'

const text = (value: string): Buffer => Buffer.from(value, 'utf8')

function errorOf(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}

describe('the text format of RFC 7143 6.1', () => {
  it('is pairs of key=value, each ended by a zero byte', () => {
    const pairs: TextPair[] = [
      ['InitiatorName', 'iqn.1993-08.org.debian:01:abc'],
      ['SessionType', 'Normal'],
    ]
    const bytes = text('InitiatorName=iqn.1993-08.org.debian:01:abc\0SessionType=Normal\0')
    expect(decodeText(bytes)).toEqual(pairs)
    expect(Buffer.from(encodeText(pairs))).toEqual(bytes)
  })

  it('keeps repeated keys, empty values, and "=" in a value', () => {
    expect(decodeText(text('A=1\0A=2\0B=\0C=d=e\0'))).toEqual([
      ['A', '1'],
      ['A', '2'],
      ['B', ''],
      ['C', 'd=e'],
    ])
  })

  it('takes zero bytes after the last pair, as some initiators send padding', () => {
    expect(decodeText(text('A=1\0\0\0'))).toEqual([['A', '1']])
  })

  it('takes an empty text', () => {
    expect(decodeText(new Uint8Array(0))).toEqual([])
  })

  it('takes text that lies in shared memory', () => {
    const shared = Buffer.from(new SharedArrayBuffer(4))
    shared.set(text('A=1\0'))
    expect(decodeText(shared)).toEqual([['A', '1']])
  })

  it.each([
    ['A=1', '"A=..." is not ended by a zero byte'],
    ['A\0', '"A" has no "=" between key and value'],
    ['=1\0', 'key "" is no key name: a letter, then letters, digits and . - + @ _ #'],
    ['A B=1\0', 'key "A B" is no key name: a letter, then letters, digits and . - + @ _ #'],
    [`${'A'.repeat(64)}=1\0`, 'longer than 63 bytes'],
    [`A=${'1'.repeat(8193)}\0`, 'the value of A has 8193 characters; at most 8192 are taken'],
    ['A=1\0'.repeat(65), 'more than 64 keys in one text'],
    ['A=1\0'.repeat(5000), 'text of 20000 bytes; at most 16384 are taken'],
  ])('refuses %.20j with a reason', (bytes, reason) => {
    expect(() => decodeText(text(bytes))).toThrow(reason)
    expect(() => decodeText(text(bytes))).toThrow(TextError)
  })

  it('refuses what is not UTF-8', () => {
    expect(() => decodeText(Uint8Array.of(0x41, 0x3d, 0xff, 0))).toThrow('the text is not UTF-8')
  })

  it('refuses to write what could not be read', () => {
    expect(() => encodeText([['A', 'b\0C=d']])).toThrow(TextError)
    expect(() => encodeText([['A=', 'b']])).toThrow(TextError)
  })

  it('throws nothing but its own error, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        expect(errorOf(() => decodeText(bytes))).toSatisfy(error => error === undefined || error instanceof TextError)
      }),
    )
  })

  const pair = fc.tuple(
    fc.stringMatching(/^[A-Za-z][A-Za-z0-9.\-+@_#]{0,62}$/),
    fc.string({ unit: 'grapheme', maxLength: 40 }).filter(value => !value.includes('\0')),
  )

  it('reads what it wrote, however it is split into PDUs', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 20 }), fc.integer({ min: 1, max: 100 }), (pairs, length) => {
        const pieces = splitText(encodeText(pairs), length)
        const assembler = new TextAssembler()
        const results = pieces.map((piece, i) => assembler.add(piece, i < pieces.length - 1))
        expect(results.slice(0, -1).every(result => result === undefined)).toBe(true)
        expect(results.at(-1)).toEqual(pairs)
        expect(assembler.begun).toBe(false)
      }),
    )
  })
})

describe('TextAssembler', () => {
  it('refuses a text that never ends', () => {
    const assembler = new TextAssembler({ textBytes: 100, keys: 10 })
    assembler.add(Buffer.alloc(60, 'A'), true)
    expect(assembler.begun).toBe(true)
    expect(() => assembler.add(Buffer.alloc(60, 'A'), true)).toThrow('text of more than 100 bytes')
  })

  it('copies what it is given', () => {
    const assembler = new TextAssembler()
    const memory = text('A=1\0')
    assembler.add(memory, true)
    memory.fill(0xdb)
    expect(assembler.add(text('B=2\0'), false)).toEqual([
      ['A', '1'],
      ['B', '2'],
    ])
  })
})
