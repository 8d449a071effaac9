import { fileURLToPath } from 'node:url'
import { dataView, reservedBit } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { PduWriter } from './encoder.ts'
import { writePacket } from './packet.ts'
import { readCapture } from './testing/capture.ts'
import { digestUse, type RecordedPdu, record, type Splits } from './testing/recorder.ts'

const capture = readCapture(new URL('../../../test/fixtures/lio/open-iscsi.pcap.gz', import.meta.url))

const streams = capture.flatMap(({ initiatorPort, fromInitiator, fromTarget }) => {
  const use = digestUse(fromTarget)
  return [
    { name: `initiator ${initiatorPort}`, bytes: fromInitiator, use },
    { name: `target to ${initiatorPort}`, bytes: fromTarget, use },
  ]
})

const whole: Splits = () => Number.MAX_SAFE_INTEGER
const everyByte: Splits = () => 1
const primes = (): Splits => {
  const lengths = [7, 61, 509, 4093, 32_749]
  let i = 0
  return () => lengths[i++ % lengths.length] as number
}
/** A multiplicative generator with a fixed start, so that a failure can be seen again. */
const random = (): Splits => {
  let state = 20_261_122
  return () => {
    state = (state * 48_271) % 0x7fff_ffff
    return 1 + (state % 3000)
  }
}

function encodeAgain({ packet, headerDigest, dataDigest }: RecordedPdu): Buffer {
  const writer = new PduWriter()
  writer.headerDigest = headerDigest
  writer.dataDigest = dataDigest
  writePacket(writer, packet)
  return Buffer.concat(writer.take()?.buffers ?? [])
}

describe('the wire of a Linux initiator and LIO', () => {
  it('has six connections, one of them with digests', () => {
    expect(capture.map(({ fromTarget }) => digestUse(fromTarget))).toMatchSnapshot()
  })

  it.each(streams)('prints every PDU of $name', ({ bytes, use }) => {
    const pdus = record(bytes, whole, use)
    expect(pdus.at(-1)?.end).toBe(bytes.length)
    expect(counted(pdus.map(({ line }) => line.replace(/=.*/s, '').replace(/ \w+$/, '')))).toMatchSnapshot('how many')
    expect(pdus.slice(0, 12).map(({ line }) => line)).toMatchSnapshot('the first')
  })

  it.each(streams)('decodes $name alike however it is split', ({ bytes, use }) => {
    const lines = (splits: Splits) =>
      record(bytes, splits, use).map(({ line, start, end }) => `${start} ${end} ${line}`)
    const expected = lines(whole)
    for (const splits of [everyByte, primes(), random()]) expect(lines(splits)).toEqual(expected)
  })

  it.each(streams)('encodes every PDU of $name from its values to the same bytes', ({ bytes, use }) => {
    const pdus = record(bytes, random(), use)
    const stray = withStrayBits(bytes, pdus)
    const expected = Buffer.from(bytes)
    // What is sent must be zero: a PDU that has stray bits is listed below, and comes out without them.
    for (const { from, to } of stray) expected.fill(0, from, to)
    const different = pdus.filter(pdu => Buffer.compare(encodeAgain(pdu), expected.subarray(pdu.start, pdu.end)) !== 0)
    expect(different.map(({ line }) => line)).toEqual([])
  })

  it('has these kinds of PDU from initiators, which the fuzzer mutates', async () => {
    const connections = capture.map(({ initiatorPort, fromInitiator, fromTarget }) => {
      const use = digestUse(fromTarget)
      return {
        initiatorPort,
        digests: use.headerDigest,
        pdus: kindsOf(fromInitiator, record(fromInitiator, whole, use)),
      }
    })
    const kept = new URL('../../../test/fixtures/lio/initiator-pdus.json', import.meta.url)
    await expect(`${JSON.stringify(connections, undefined, 1)}\n`).toMatchFileSnapshot(fileURLToPath(kept))
  })

  it('has these PDUs with reserved bits or padding set', () => {
    const found = streams.flatMap(({ name, bytes, use }) =>
      withStrayBits(bytes, record(bytes, whole, use)).map(
        ({ start, what, line }) => `${name} @${start} ${what}: ${line}`,
      ),
    )
    expect(found).toMatchSnapshot()
  })
})

/** Of PDUs that are alike, how many are kept of a connection. */
const KEPT_OF_A_KIND = 4
/** Data segments up to this length are kept. */
const KEPT_DATA_BYTES = 1024

interface KeptPdu {
  readonly header: string
  readonly dataBytes: number
  /** Left out where it is long. */
  readonly data?: string
}

/** The first PDUs of each kind: by opcode, and for commands by their CDB's operation code. */
function kindsOf(stream: Uint8Array, pdus: readonly RecordedPdu[]): KeptPdu[] {
  const counts = new Map<string, number>()
  return pdus.flatMap(({ packet, start, headerDigest }) => {
    const kind = `${packet.pdu.opcode} ${(packet.values['cdb'] as Uint8Array | undefined)?.[0]}`
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    if (count > KEPT_OF_A_KIND) return []
    const header = Buffer.from(stream.subarray(start, start + 48)).toString('hex')
    const dataBytes = packet.values['dataSegmentLength'] as number
    const from = start + 48 + (headerDigest ? 4 : 0)
    const data = Buffer.from(stream.subarray(from, from + dataBytes)).toString('hex')
    return [{ header, dataBytes, ...(dataBytes > 0 && dataBytes <= KEPT_DATA_BYTES && { data }) }]
  })
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

interface StrayBits {
  readonly start: number
  readonly what: string
  readonly line: string
  /** The bytes that have to be zero. */
  readonly from: number
  readonly to: number
}

function withStrayBits(bytes: Uint8Array, pdus: readonly RecordedPdu[]): StrayBits[] {
  return pdus.flatMap(({ packet, start, end, line, dataDigest }) => {
    const reserved = reservedBit(packet.pdu, dataView(bytes), start)
    if (reserved) throw new Error(`byte ${reserved.byte} bit ${reserved.bit} is reserved and set at ${start}: ${line}`)
    const length = packet.values['dataSegmentLength'] as number
    if (length === 0) return []
    const to = end - (dataDigest ? 4 : 0)
    const from = to - (-length & 3)
    const padding = Buffer.from(bytes.subarray(from, to)).toString('hex')
    return /[^0]/.test(padding) ? [{ start, what: `padding ${padding}`, line, from, to }] : []
  })
}
