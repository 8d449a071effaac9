import { crc32c } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BHS_BYTES, Decoder, type DecoderLimits, DROP, PduError, PduFault, type ReceivedHeader } from './index.ts'

/** A NOP-Out with a data segment, as RFC 7143 11.18 draws it. */
function nopOut(tag: number, data: Uint8Array, { headerDigest = false, dataDigest = false, ahs = '' } = {}): Buffer {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const header = Buffer.from(
    `40800000${hex(ahs.length / 8, 2)}${hex(data.length, 6)}0000000000000000${hex(tag, 8)}${'00'.repeat(28)}${ahs}`,
    'hex',
  )
  const padded = Buffer.concat([data, Buffer.alloc(-data.length & 3)])
  const digest = (of: Buffer) => {
    const crc = crc32c(of)
    return Buffer.from([crc & 0xff, (crc >>> 8) & 0xff, (crc >>> 16) & 0xff, crc >>> 24])
  }
  const parts = [header, ...(headerDigest ? [digest(header)] : []), padded]
  return Buffer.concat([...parts, ...(dataDigest && data.length > 0 ? [digest(padded)] : [])])
}

interface Seen {
  readonly opcode: number
  readonly tag: string
  readonly ahs: string
  readonly data: string | undefined
  readonly digestRight: boolean
}

class Receiver {
  readonly seen: Seen[] = []
  answer: (header: ReceivedHeader) => Uint8Array | typeof DROP = header => new Uint8Array(header.dataSegmentLength)
  onHeader: () => void = () => undefined
  onComplete: () => void = () => undefined

  header(header: ReceivedHeader): Uint8Array | typeof DROP {
    this.onHeader()
    return this.answer(header)
  }

  complete({ view, at, opcode, ahsBytes }: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    const bytes = (from: number, length: number) => Buffer.from(view.buffer, view.byteOffset + at + from, length)
    this.seen.push({
      opcode,
      tag: bytes(16, 4).toString('hex'),
      ahs: bytes(BHS_BYTES, ahsBytes).toString('hex'),
      data: data && Buffer.from(data).toString('hex'),
      digestRight,
    })
    this.onComplete()
  }
}

function decoding(limits?: Partial<DecoderLimits>) {
  const receiver = new Receiver()
  return { receiver, decoder: new Decoder(receiver, limits) }
}

const pdu = (tag: string, data?: string, more: Partial<Seen> = {}): Seen => ({
  opcode: 0,
  tag,
  ahs: '',
  data,
  digestRight: true,
  ...more,
})

describe('Decoder', () => {
  it('reports a PDU without data, then one with padded data', () => {
    const { receiver, decoder } = decoding()
    const bytes = Buffer.concat([nopOut(1, Buffer.alloc(0)), nopOut(2, Buffer.from('abcde'))])
    expect(decoder.push(bytes)).toBe(48 + 48 + 8)
    expect(receiver.seen).toEqual([pdu('00000001'), pdu('00000002', '6162636465')])
  })

  it('reports a data segment only when its padding is in', () => {
    const { receiver, decoder } = decoding()
    const bytes = nopOut(1, Buffer.from('abcde'))
    decoder.push(bytes.subarray(0, -1))
    expect(receiver.seen).toEqual([])
    decoder.push(bytes.subarray(-1))
    expect(receiver.seen).toEqual([pdu('00000001', '6162636465')])
  })

  it('hands over the additional header segments behind the header', () => {
    const { receiver, decoder } = decoding()
    decoder.push(nopOut(1, Buffer.from('ab'), { ahs: '0005020000001000' }))
    expect(receiver.seen).toEqual([pdu('00000001', '6162', { ahs: '0005020000001000' })])
  })

  it('reads a header where it lies when it is whole', () => {
    const { receiver, decoder } = decoding()
    const bytes = nopOut(1, Buffer.alloc(0))
    let place: ArrayBufferLike | undefined
    receiver.answer = header => {
      place = header.view.buffer
      return DROP
    }
    decoder.push(bytes)
    expect(place).toBe(bytes.buffer)
  })

  it('fills the memory that it is given', () => {
    const { receiver, decoder } = decoding()
    const memory = Buffer.alloc(8, 0xee)
    receiver.answer = () => memory
    decoder.push(nopOut(1, Buffer.from('abcde')))
    expect(memory.toString('hex')).toBe('6162636465eeeeee')
  })

  it('counts and drops a data segment that is not wanted', () => {
    const { receiver, decoder } = decoding()
    receiver.answer = () => DROP
    const bytes = Buffer.concat([nopOut(1, Buffer.from('abcde')), nopOut(2, Buffer.alloc(0))])
    expect(decoder.push(bytes)).toBe(bytes.length)
    expect(receiver.seen).toEqual([pdu('00000001'), pdu('00000002')])
  })

  it('checks the header digest that the login switched on', () => {
    const { receiver, decoder } = decoding()
    decoder.headerDigest = true
    decoder.push(nopOut(1, Buffer.alloc(0), { headerDigest: true }))
    expect(receiver.seen).toEqual([pdu('00000001')])
  })

  it('ends the stream at a wrong header digest, and says where it is and what would be right', () => {
    const { decoder } = decoding()
    decoder.push(nopOut(1, Buffer.alloc(0)))
    decoder.headerDigest = true
    const bytes = nopOut(2, Buffer.alloc(0), { headerDigest: true })
    bytes[20] = 1
    const push = () => decoder.push(bytes)
    expect(push).toThrow(expect.objectContaining({ name: 'PduError', fault: PduFault.headerDigest, offset: 48 }))
    expect(push).toThrow(/^PDU at byte 48 of the connection: header digest 0x[0-9a-f]{8}; the header received has 0x/)
  })

  it('checks the header digest of what came in pieces as well, behind the longest segments that it takes', () => {
    const { receiver, decoder } = decoding({ ahsBytes: 8 })
    decoder.headerDigest = true
    const bytes = nopOut(1, Buffer.alloc(0), { headerDigest: true, ahs: '0005020000001000' })
    for (const byte of bytes) decoder.push(Uint8Array.of(byte))
    expect(receiver.seen).toEqual([pdu('00000001', undefined, { ahs: '0005020000001000' })])
    bytes[20] = 1
    decoder.push(bytes.subarray(0, 50))
    expect(() => decoder.push(bytes.subarray(50))).toThrow(
      expect.objectContaining({ fault: PduFault.headerDigest, offset: 60 }),
    )
  })

  it('says which opcode a header has', () => {
    const { receiver, decoder } = decoding()
    const bytes = nopOut(1, Buffer.alloc(0))
    bytes[0] = 0x46
    decoder.push(bytes)
    expect(receiver.seen).toEqual([pdu('00000001', undefined, { opcode: 6 })])
  })

  it('tells a right data digest from a wrong one, padding included', () => {
    const { receiver, decoder } = decoding()
    decoder.dataDigest = true
    decoder.push(nopOut(1, Buffer.from('abcde'), { dataDigest: true }))
    const wrong = nopOut(2, Buffer.from('abcde'), { dataDigest: true })
    wrong[48 + 7] = 1
    decoder.push(wrong)
    expect(receiver.seen.map(({ digestRight }) => digestRight)).toEqual([true, false])
  })

  it('switches digests from one PDU to the next, also within a chunk', () => {
    const { receiver, decoder } = decoding()
    receiver.onComplete = () => {
      decoder.headerDigest = true
      decoder.dataDigest = true
    }
    decoder.push(
      Buffer.concat([
        nopOut(1, Buffer.from('ab')),
        nopOut(2, Buffer.from('cd'), { headerDigest: true, dataDigest: true }),
      ]),
    )
    expect(receiver.seen).toEqual([pdu('00000001', '6162'), pdu('00000002', '6364')])
  })

  it('ends the stream at a data segment longer than was declared', () => {
    const { decoder } = decoding()
    decoder.maxDataSegmentLength = 512
    expect(() => decoder.push(nopOut(1, Buffer.alloc(513)))).toThrow(
      'PDU at byte 0 of the connection: data segment of 513 bytes; MaxRecvDataSegmentLength allows 512',
    )
  })

  it('ends the stream at additional header segments longer than its limit, before they are in', () => {
    const { decoder } = decoding({ ahsBytes: 8 })
    const bytes = nopOut(1, Buffer.alloc(0), { ahs: '00'.repeat(12) })
    for (const byte of bytes.subarray(0, 47)) decoder.push(Uint8Array.of(byte))
    expect(() => decoder.push(bytes.subarray(47, 48))).toThrow(
      'PDU at byte 0 of the connection: additional header segments of 12 bytes; at most 8 are taken',
    )
  })

  it('throws the same error again after it failed', () => {
    const { decoder } = decoding()
    decoder.maxDataSegmentLength = 512
    expect(() => decoder.push(nopOut(1, Buffer.alloc(513)))).toThrow(PduError)
    expect(() => decoder.push(nopOut(1, Buffer.alloc(0)))).toThrow('data segment of 513 bytes')
  })

  it('consumes no more than a turn of PDUs', () => {
    const { receiver, decoder } = decoding({ pdusPerPush: 2 })
    const bytes = Buffer.concat([1, 2, 3].map(tag => nopOut(tag, Buffer.from('ab'))))
    const consumed = decoder.push(bytes)
    expect(consumed).toBe(2 * 52)
    expect(decoder.push(bytes.subarray(consumed))).toBe(52)
    expect(receiver.seen.map(({ tag }) => tag)).toEqual(['00000001', '00000002', '00000003'])
  })

  it('stops after the callback that asked for it, and goes on where it stopped', () => {
    const { receiver, decoder } = decoding()
    receiver.onHeader = () => decoder.stop()
    const bytes = Buffer.concat([nopOut(1, Buffer.from('ab')), nopOut(2, Buffer.from('cd'))])
    expect(decoder.push(bytes)).toBe(48)
    expect(receiver.seen).toEqual([])
    expect(decoder.push(bytes.subarray(48))).toBe(4 + 48)
    expect(decoder.push(bytes.subarray(100))).toBe(4)
    expect(receiver.seen).toEqual([pdu('00000001', '6162'), pdu('00000002', '6364')])
  })

  it('refuses memory that is too small for the data segment', () => {
    const { receiver, decoder } = decoding()
    receiver.answer = () => new Uint8Array(4)
    expect(() => decoder.push(nopOut(1, Buffer.from('abcde')))).toThrow(
      'memory of 4 bytes was given for a data segment of 5',
    )
  })

  it('has no place for a data segment that is dropped, and takes no more than is missing', () => {
    const { receiver, decoder } = decoding()
    const bytes = nopOut(1, Buffer.from('abcde'))
    expect(decoder.place).toBeUndefined()
    expect(() => decoder.landed(1)).toThrow('1 bytes landed where 0 were missing')
    decoder.push(bytes.subarray(0, 50))
    expect(decoder.place?.length).toBe(3)
    expect(() => decoder.landed(4)).toThrow('4 bytes landed where 3 were missing')
    decoder.push(bytes.subarray(50))
    receiver.answer = () => DROP
    decoder.push(bytes.subarray(0, 50))
    expect(decoder.place).toBeUndefined()
  })

  it('reports a data segment as soon as the last of it has landed, and counts what landed', () => {
    const { receiver, decoder } = decoding()
    decoder.push(nopOut(1, Buffer.from('abcdefgh')).subarray(0, 50))
    decoder.place?.set(Buffer.from('cd'))
    decoder.landed(2)
    expect(receiver.seen).toEqual([])
    decoder.place?.set(Buffer.from('efgh'))
    decoder.landed(4)
    expect(receiver.seen).toEqual([pdu('00000001', '6162636465666768')])
    decoder.push(nopOut(2, Buffer.alloc(0)))
    decoder.maxDataSegmentLength = 512
    expect(() => decoder.push(nopOut(3, Buffer.alloc(513)))).toThrow(/^PDU at byte 104 of the connection: /)
  })

  it('does not depend on how the stream is split or where it is read, nor on a chunk’s memory after its push', () => {
    const one = fc.record({ data: fc.uint8Array({ maxLength: 90 }), ahs: fc.constantFrom('', '0005020000001000') })
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (pdus, splits, headerDigest, dataDigest, inPlace) => {
          const { receiver, decoder } = decoding()
          Object.assign(decoder, { headerDigest, dataDigest })
          const stream = Buffer.concat(
            pdus.map(({ data, ahs }, tag) => nopOut(tag, data, { headerDigest, dataDigest, ahs })),
          )
          for (let at = 0, i = 0; at < stream.length; i++) {
            const chunk = Uint8Array.from(stream.subarray(at, at + (splits[i % splits.length] as number)))
            const place = inPlace ? decoder.place : undefined
            if (place) {
              const lengthBytes = Math.min(chunk.length, place.length)
              place.set(chunk.subarray(0, lengthBytes))
              decoder.landed(lengthBytes)
              at += lengthBytes
              continue
            }
            at += chunk.length
            expect(decoder.push(chunk)).toBe(chunk.length)
            chunk.fill(0xdb)
          }
          expect(receiver.seen).toEqual(
            pdus.map(({ data, ahs }, tag) =>
              pdu(tag.toString(16).padStart(8, '0'), data.length > 0 ? Buffer.from(data).toString('hex') : undefined, {
                ahs,
              }),
            ),
          )
        },
      ),
    )
  })

  it('takes any bytes in any split: it goes on or throws its own error, and asks for no more than was declared', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 30 }),
        fc.boolean(),
        (chunks, headerDigest) => {
          const { receiver, decoder } = decoding()
          decoder.headerDigest = headerDigest
          let askedBytes = 0
          receiver.answer = header => {
            askedBytes = Math.max(askedBytes, header.dataSegmentLength)
            return new Uint8Array(header.dataSegmentLength)
          }
          try {
            for (const chunk of chunks) expect(decoder.push(chunk)).toBe(chunk.length)
          } catch (error) {
            if (!(error instanceof PduError)) throw error
          }
          expect(askedBytes).toBeLessThanOrEqual(8192)
        },
      ),
      { numRuns: 500 },
    )
  })
})
