import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IsnsError } from '../error.ts'
import { LONGEST_PAYLOAD_BYTES } from '../limits.ts'
import { encodeAttributes, numberAttribute, readAttributes, textAttribute, textOf } from './attribute.ts'
import { encodeMessage } from './message.ts'
import { MessageReader } from './message-reader.ts'
import { addressBytes } from './portal-bytes.ts'

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const read = (stream: Uint8Array) => new MessageReader().push(stream)

describe('a message', () => {
  it('is a header of 12 bytes and a payload, RFC 4171 5.1', () => {
    const message = { functionId: 0x0001, transactionId: 0x1234, replace: true, payload: bytes('0000 0000 0000 0000') }
    expect(encodeMessage(message)).toEqual(bytes('0001 0001 0008 9c00 1234 0000 0000 0000 0000 0000'))
  })

  it('is read however the stream is split', () => {
    const stream = bytes('0001 8001 0004 4c00 0007 0000 0000 0000 0001 8004 0004 4c00 0008 0000 0000 0009')
    const reader = new MessageReader()
    const messages = [...stream].flatMap(byte => reader.push(Uint8Array.of(byte)))
    expect(messages).toEqual([
      { functionId: 0x8001, transactionId: 7, fromServer: true, replace: false, payload: bytes('00000000') },
      { functionId: 0x8004, transactionId: 8, fromServer: true, replace: false, payload: bytes('00000009') },
    ])
  })

  it('of more than one PDU says with each which one it is', () => {
    const payload = Buffer.alloc(LONGEST_PAYLOAD_BYTES + 8, 1)
    const stream = encodeMessage({ functionId: 1, transactionId: 2, payload })
    expect(stream.subarray(0, 12)).toEqual(bytes('0001 0001 fffc 8400 0002 0000'))
    expect(stream.subarray(12 + LONGEST_PAYLOAD_BYTES, 24 + LONGEST_PAYLOAD_BYTES)).toEqual(
      bytes('0001 0001 0008 8800 0002 0001'),
    )
    expect(read(stream)).toEqual([{ functionId: 1, transactionId: 2, fromServer: false, replace: false, payload }])
  })

  it.each([
    ['another version', '0002 8001 0000 4c00 0001 0000', 'version 2'],
    ['a length that is no multiple of 4', '0001 8001 0003 4c00 0001 0000', 'no multiple of 4'],
    ['a signature', '0001 8001 0000 6c00 0001 0000', 'signed'],
    ['a second PDU without a first', '0001 8001 0000 4800 0001 0000', 'not the first'],
    ['two first PDUs', '0001 8001 0000 4400 0001 0000 0001 8001 0000 4400 0001 0001', 'before the last'],
    [
      'a PDU that is left out',
      '0001 8001 0000 4400 0001 0000 0001 8001 0000 4800 0001 0002',
      'PDU 2 in the place of 1',
    ],
    ['another message between', '0001 8001 0000 4400 0001 0000 0001 8001 0000 4800 0002 0001', 'another message'],
  ])('is refused for %s', (_, stream, wrong) => {
    expect(() => read(bytes(stream))).toThrow(wrong)
  })

  it('is refused when it grows without an end', () => {
    const reader = new MessageReader()
    const part = (at: number) => {
      const pdu = Buffer.concat([bytes('0001 8001 fffc 4000 0001 0000'), Buffer.alloc(LONGEST_PAYLOAD_BYTES)])
      pdu.writeUInt16BE(at === 0 ? 0x4400 : 0x4000, 6)
      pdu.writeUInt16BE(at, 10)
      return pdu
    }
    expect(() => {
      for (let at = 0; at < 100; at++) reader.push(part(at))
    }).toThrow('a message of more than')
  })
})

describe('attributes', () => {
  it('are tag, length and a value that is filled up to a multiple of 4, RFC 4171 5.1.9', () => {
    const encoded = encodeAttributes([
      textAttribute(32, 'iqn.2026-11.a:b'),
      textAttribute(1, 'four'),
      numberAttribute(2, 2),
    ])
    expect(encoded).toEqual(
      bytes(
        '00000020 00000010 69716e2e323032362d31312e613a6200 00000001 00000008 666f757200000000 00000002 00000004 00000002',
      ),
    )
    expect(readAttributes(encoded).map(({ tag }) => tag)).toEqual([32, 1, 2])
  })

  it.each(['00000020', '00000020 00000003 41420000', '00000020 00000008 41420000'])(
    'that do not fit are refused: %s',
    text => {
      expect(() => readAttributes(bytes(text))).toThrow(IsnsError)
    },
  )

  it('hold whatever text there is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        fc.pre(!text.includes('\0'))
        expect(textOf(textAttribute(34, text))).toBe(Buffer.from(text).toString())
      }),
    )
  })
})

describe('the address of a portal', () => {
  it.each([
    ['192.0.2.7', '00000000 00000000 0000ffff c0000207'],
    ['2001:db8::7', '20010db8 00000000 00000000 00000007'],
    ['::', '00000000 00000000 00000000 00000000'],
    ['::ffff:192.0.2.7', '00000000 00000000 0000ffff c0000207'],
    ['1:2:3:4:5:6:7:8', '00010002 00030004 00050006 00070008'],
  ])('%s is 16 bytes', (host, expected) => {
    expect(addressBytes(host)).toEqual(bytes(expected))
  })

  it.each(['fe80::1%eth0', 'disks.example.org', '', '192.0.2.256'])('is not %j', host => {
    expect(addressBytes(host)).toBeUndefined()
  })
})

describe('the reader', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 })
  /** Streams that begin as iSNS does get further into the reader than bytes of any kind. */
  const nearly = fc.array(
    fc
      .tuple(fc.constantFrom(0, 4, 8), fc.constantFrom(0x4c00, 0x4400, 0x4800, 0x4000), fc.nat(3))
      .map(([length, flags, at]) => {
        const pdu = Buffer.alloc(12 + length)
        pdu.set([0, 1, 0x80, 1, 0, length, flags >> 8, flags & 0xff, 0, 1, 0, at])
        return pdu
      }),
    { maxLength: 20 },
  )

  it('throws nothing but its own error, whatever comes, and answers no more than came', () => {
    fc.assert(
      fc.property(fc.oneof(chunks, nearly), stream => {
        const reader = new MessageReader()
        let answered = 0
        let thrown: unknown = new IsnsError('malformed', 'nothing was')
        try {
          for (const chunk of stream)
            for (const { payload } of reader.push(chunk)) {
              answered += payload.length
              readAttributes(payload)
            }
        } catch (error) {
          thrown = error
        }
        expect(thrown).toBeInstanceOf(IsnsError)
        expect(answered).toBeLessThanOrEqual(stream.reduce((sum, { length }) => sum + length, 0))
      }),
      { numRuns: 2000 },
    )
  })

  it('reads what was written, in whatever pieces', () => {
    const message = fc.record({
      functionId: fc.nat(0xffff),
      transactionId: fc.nat(0xffff),
      fromServer: fc.boolean(),
      replace: fc.boolean(),
      payload: fc.nat(30_000).map(words => Buffer.alloc(words * 4, words & 0xff)),
    })
    fc.assert(
      fc.property(message, fc.integer({ min: 1000, max: 70_000 }), (given, pieceBytes) => {
        const stream = encodeMessage(given)
        const reader = new MessageReader()
        const found = []
        for (let at = 0; at < stream.length; at += pieceBytes)
          found.push(...reader.push(stream.subarray(at, at + pieceBytes)))
        expect(found).toEqual([given])
      }),
      { numRuns: 30 },
    )
  })
})
