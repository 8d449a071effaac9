import { dataView, Slab } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BlockPool,
  DataIn,
  Decoder,
  GATHER_BYTES,
  NopIn,
  NopOut,
  PduWriter,
  type ReceivedHeader,
  ScsiCommand,
  ScsiResponse,
  writeAhs,
} from './index.ts'

const wire = (writer: PduWriter): Buffer => Buffer.concat(writer.take()?.buffers ?? [])

function nopIn(writer: PduWriter, statSN = 0): PduWriter {
  writer.compose(NopIn).statSN = statSN
  return writer
}

/** How long the data segments are that a decoder finds, each of them sevens under a right digest. */
function decoded(bytes: Buffer): number[] {
  const lengths: number[] = []
  const decoder = new Decoder({
    header: header => Buffer.alloc(header.dataSegmentLength),
    complete: (_, data = Buffer.alloc(0), right) => {
      lengths.push(right && data.every(byte => byte === 7) ? data.length : -1)
    },
  })
  decoder.dataDigest = true
  decoder.maxDataSegmentLength = 80_000
  for (let at = 0; at < bytes.length; ) at += decoder.push(bytes.subarray(at))
  return lengths
}

describe('PduWriter', () => {
  it('has nothing to send when nothing was composed', () => {
    expect(new PduWriter().take()).toBeUndefined()
  })

  it('gives a turn of small PDUs as one buffer', () => {
    const writer = new PduWriter()
    for (let statSN = 1; statSN <= 32; statSN++) nopIn(writer, statSN).endWith(Buffer.from('ping'))
    expect(writer.pendingBytes).toBe(32 * 52)
    const turn = writer.take()
    expect(turn?.buffers.length).toBe(1)
    expect(turn?.lengthBytes).toBe(32 * 52)
    expect(writer.pendingBytes).toBe(0)
  })

  it('writes lengths, padding and both digests', () => {
    const writer = new PduWriter()
    writer.headerDigest = true
    writer.dataDigest = true
    const header = writer.compose(NopOut)
    header.immediate = true
    header.initiatorTaskTag = 1
    header.targetTransferTag = 0xffffffff
    writer.endWith(Buffer.from('abcde'))
    expect(wire(writer).toString('hex')).toBe(
      '4080000000000005000000000000000000000001ffffffff0000000000000000' +
        '00000000000000000000000000000000' + // the rest of the basic header
        'f8673db1' + // CRC32C of the 48 bytes before, least significant byte first
        '6162636465000000' +
        '838beaec', // CRC32C of data and padding
    )
  })

  it('writes the numbers of a target at the same place of every header, and nothing else', () => {
    const header = (begin: (writer: PduWriter) => unknown): string => {
      const writer = new PduWriter()
      begin(writer)
      writer.end()
      return wire(writer).toString('hex')
    }
    const begins = [NopIn, DataIn, ScsiResponse].map(of => (writer: PduWriter) => writer.compose(of as typeof NopIn))
    for (const begin of begins) {
      const plain = header(begin)
      const numbered = header(writer => {
        begin(writer)
        writer.number(0x01020304, 0x11121314, 0x21222324)
      })
      expect(numbered).toBe(`${plain.slice(0, 48)}010203041112131421222324${plain.slice(72)}`)
    }
  })

  it('writes no numbers where no header was begun', () => {
    expect(() => new PduWriter().number(1, 2, 3)).toThrow('no PDU was begun')
  })

  it('writes no data digest where there is no data', () => {
    const writer = new PduWriter()
    writer.dataDigest = true
    nopIn(writer).endWith(new Uint8Array(0))
    expect(wire(writer).length).toBe(48)
  })

  it('starts every header from zeroes, also in memory that was used before', () => {
    const pool = new BlockPool()
    const first = new PduWriter(pool)
    nopIn(first).endWith(Buffer.alloc(GATHER_BYTES, 0xff))
    first.take()?.written()
    const second = new PduWriter(pool)
    second.compose(ScsiResponse)
    second.endWith(Buffer.from('a'))
    expect(wire(second).toString('hex')).toBe(`2180000000000001${'00'.repeat(40)}61000000`)
  })

  it('sends a large data segment from where it lies and releases its slot when the turn is written', () => {
    const slab = new Slab({ sizeBytes: 1 << 20 })
    const slot = slab.take(65_536)
    const writer = new PduWriter()
    writer.compose(DataIn)
    writer.endWith(slot?.bytes.subarray(0, 65_534) as Buffer, slot)
    nopIn(writer).end()
    const turn = writer.take()
    expect(turn?.buffers.map(buffer => buffer.length)).toEqual([48, 65_534, 2 + 48])
    expect(turn?.buffers[1]?.buffer).toBe(slab.memory)
    expect(slab.takenBytes).toBe(65_536)
    turn?.written()
    expect(slab.takenBytes).toBe(0)
  })

  it('sends 8193 bytes from where they lie, with a slot or without, and copies 8192', () => {
    const writer = new PduWriter()
    writer.compose(DataIn)
    writer.endWith(Buffer.alloc(8193))
    writer.compose(DataIn)
    writer.endWith(Buffer.alloc(8192))
    const turn = writer.take()
    expect(turn?.buffers.map(buffer => buffer.length)).toEqual([48, 8193, 3 + 48 + 8192])
    expect(() => turn?.written()).not.toThrow()
  })

  it.each([0, 512])('releases the slot of a data segment of %i bytes at once', lengthBytes => {
    const slab = new Slab({ sizeBytes: 1 << 20 })
    const slot = slab.take(4096)
    const writer = new PduWriter()
    writer.compose(DataIn)
    writer.endWith(slot?.bytes.subarray(0, lengthBytes) as Buffer, slot)
    expect(slab.takenBytes).toBe(0)
  })

  it.each(Array.from({ length: 16 }, (_, short) => short))(
    'fills a block of 64 KiB with data and digest, and goes on in the next, %i bytes short of its end',
    short => {
      const writer = new PduWriter()
      writer.dataDigest = true
      for (let i = 0; i < 7; i++) nopIn(writer, i).endWith(Buffer.alloc(8192, 7))
      nopIn(writer, 7).endWith(Buffer.alloc(65_536 - 7 * (48 + 8192 + 4) - 48 - short, 7))
      nopIn(writer, 8).end()
      expect(decoded(wire(writer))).toEqual([...Array(7).fill(8192), 7780 - short, 0])
    },
  )

  it('has room for the padding and digest of data that lies elsewhere, where the longest header has filled the block', () => {
    const writer = new PduWriter()
    writer.dataDigest = true
    for (let i = 0; i < (65_536 - 1072) / 48; i++) nopIn(writer, i).end()
    writer.compose(ScsiCommand)
    writer.ahs(new Uint8Array(1016))
    writer.ahs(new Uint8Array(4))
    writer.endWith(Buffer.alloc(8193, 7))
    expect(decoded(wire(writer)).slice(1342)).toEqual([0, 8193])
  })

  it('puts additional header segments behind the header and counts them in words', () => {
    const writer = new PduWriter()
    writer.compose(ScsiCommand)
    writer.ahs(writeAhs([{ type: 2, readBytes: 0x1000 }]))
    writer.end()
    expect(wire(writer).toString('hex')).toBe(`0100000002000000${'00'.repeat(40)}0005020000001000`)
  })

  it('refuses additional header segments that are no words, or more than fit', () => {
    const writer = new PduWriter()
    writer.compose(ScsiCommand)
    expect(() => writer.ahs(new Uint8Array(6))).toThrow(RangeError)
    expect(() => writer.ahs(new Uint8Array(1024))).toThrow(RangeError)
    writer.ahs(new Uint8Array(1020))
    expect(() => writer.ahs(new Uint8Array(4))).toThrow('additional header segments of 1024 bytes')
  })

  it('refuses to begin a PDU within another, to end one that was not begun, or to give up a turn within one', () => {
    const writer = new PduWriter()
    expect(() => writer.end()).toThrow('no PDU was begun')
    writer.compose(NopIn)
    expect(() => writer.compose(NopIn)).toThrow('NOP-In was begun before the last PDU was ended')
    expect(() => writer.take()).toThrow('before its last PDU was ended')
  })

  it('refuses to hear twice that a turn was written', () => {
    const writer = new PduWriter()
    nopIn(writer).end()
    const turn = writer.take()
    turn?.written()
    expect(() => turn?.written()).toThrow('written twice')
  })

  it('uses the memory of a written turn again', () => {
    const pool = new BlockPool()
    const writer = new PduWriter(pool)
    const memory = () => {
      nopIn(writer).end()
      const turn = writer.take()
      turn?.written()
      return turn?.buffers[0]?.buffer
    }
    expect(memory()).toBe(memory())
  })

  it('keeps the memory of 64 blocks for later turns, and no more', () => {
    const pool = new BlockPool()
    const blocks = Array.from({ length: 65 }, () => pool.take())
    for (const block of blocks) pool.recycle(block)
    const again = Array.from({ length: 65 }, () => pool.take())
    expect(again.filter(block => blocks.includes(block))).toHaveLength(64)
  })

  it('writes what a decoder reads, for PDUs of any length with and without digests', () => {
    const lengths = fc.oneof(
      fc.integer({ min: 0, max: 64 }),
      fc.integer({ min: GATHER_BYTES - 8, max: GATHER_BYTES + 8 }),
      fc.integer({ min: 0, max: 80_000 }),
    )
    fc.assert(
      fc.property(
        fc.array(lengths, { maxLength: 24 }),
        fc.boolean(),
        fc.boolean(),
        (pdus, headerDigest, dataDigest) => {
          const writer = new PduWriter()
          const seen: string[] = []
          const decoder = new Decoder({
            header: (header: ReceivedHeader) => Buffer.alloc(header.dataSegmentLength),
            complete: ({ view, at }, data, right) =>
              seen.push(
                `${NopIn.view(view, at).statSN} ${data?.length ?? 0} ${data?.every(byte => byte === 7) ?? true} ${right}`,
              ),
          })
          decoder.maxDataSegmentLength = 80_000
          Object.assign(writer, { headerDigest, dataDigest })
          Object.assign(decoder, { headerDigest, dataDigest })
          pdus.forEach((length, statSN) => nopIn(writer, statSN).endWith(Buffer.alloc(length, 7)))
          const pendingBytes = writer.pendingBytes
          const turn = writer.take()
          expect(turn?.lengthBytes ?? 0).toBe(pendingBytes)
          expect(turn?.lengthBytes ?? 0).toBe(turn?.buffers.reduce((total, buffer) => total + buffer.length, 0) ?? 0)
          for (const buffer of turn?.buffers ?? []) decoder.push(buffer)
          expect(seen).toEqual(pdus.map((length, statSN) => `${statSN} ${length} true true`))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('composes each header in place, readable through its layout', () => {
    const writer = new PduWriter()
    nopIn(writer, 0xdeadbeef).end()
    expect(NopIn.view(dataView(wire(writer))).statSN).toBe(0xdeadbeef)
  })
})
