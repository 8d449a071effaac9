import { AhsError, Decoder, DROP, PduError, type PduFault, readPacket, TextError, tracePdu } from '@lunkit/pdu'
import type { DecoderCase } from './cases/case.ts'
import { Finding, FindingKind } from './finding.ts'
import { ReferenceStream } from './oracle/reference-stream.ts'

interface Seen {
  readonly pdus: string[]
  failure: PduFault | undefined
}

const described = (header: Uint8Array, ahs: Uint8Array, data: Uint8Array, digestRight: boolean): string =>
  `${Buffer.from(header).toString('hex')} ${Buffer.from(ahs).toString('hex')} ${digestRight ? Buffer.from(data).toString('hex') : 'spoilt'}`

function byReference(bytes: Uint8Array, { headerDigest, dataDigest, maxDataSegmentLength }: DecoderCase): Seen {
  const stream = new ReferenceStream()
  Object.assign(stream, { headerDigest, dataDigest, maxDataSegmentLength })
  stream.push(bytes)
  const pdus: string[] = []
  for (let pdu = stream.next(); pdu; pdu = stream.next())
    pdus.push(described(pdu.header, pdu.ahs, pdu.data, pdu.digestRight))
  return { pdus, failure: stream.failure }
}

/** What is made of a header and its data must be values, or one of the errors that are for it. */
function read(view: DataView, at: number, data: Uint8Array | undefined): string {
  try {
    const packet = readPacket(view, at, data)
    return packet ? `${packet.pdu.name} ${packet.data.kind} ${packet.ahs.length}` : 'unknown'
  } catch (error) {
    if (error instanceof AhsError || error instanceof TextError) return error.name
    throw error
  }
}

function byDecoder(bytes: Uint8Array, fuzzCase: DecoderCase, feature: (words: string) => void): Seen {
  const seen: Seen = { pdus: [], failure: undefined }
  const decoder = new Decoder({
    header: ({ dataSegmentLength, opcode }) => (isDropped(opcode) ? DROP : Buffer.alloc(dataSegmentLength)),
    complete: ({ view, at, ahsBytes, dataSegmentLength, opcode }, data, right) => {
      const header = new Uint8Array(view.buffer, view.byteOffset + at, 48)
      const ahs = new Uint8Array(view.buffer, view.byteOffset + at + 48, ahsBytes)
      const dropped = isDropped(opcode) && dataSegmentLength > 0
      const words = read(view, at, data)
      if (words !== 'AhsError' && words !== 'TextError') tracePdu(view, at, data)
      feature(`decoded ${words} ${right}`)
      seen.pdus.push(described(header, ahs, dropped ? DROPPED : (data ?? EMPTY), right))
    },
  })
  Object.assign(decoder, {
    headerDigest: fuzzCase.headerDigest,
    dataDigest: fuzzCase.dataDigest,
    maxDataSegmentLength: fuzzCase.maxDataSegmentLength,
  })
  const { cuts } = fuzzCase
  try {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const length = cuts.length > 0 ? (cuts[i % cuts.length] as number) : bytes.length
      give(decoder, Uint8Array.from(bytes.subarray(at, at + length)), fuzzCase.places === true)
      at += length
    }
  } catch (error) {
    if (!(error instanceof PduError)) throw error
    feature(`failed ${error.fault} after ${Math.min(3, seen.pdus.length)}`)
    seen.failure = error.fault
  }
  return seen
}

/** Gives a chunk to a decoder; where `places`, data goes straight to where it belongs, as a transport may put it. */
function give(decoder: Decoder, chunk: Uint8Array, places: boolean): void {
  for (let used = 0; used < chunk.length; ) {
    const place = places ? decoder.place : undefined
    if (!place) {
      used += decoder.push(chunk.subarray(used))
      continue
    }
    const rest = chunk.subarray(used, used + place.length)
    place.set(rest)
    decoder.landed(rest.length)
    used += rest.length
  }
  chunk.fill(0xdb)
}

/** The data of some PDUs is not wanted: the decoder is told to drop it. */
const isDropped = (opcode: number): boolean => opcode % 7 === 3
const EMPTY = new Uint8Array(0)
const DROPPED = Buffer.from('dropped')

/** Drops from what the reference read the data that the decoder was told to drop. */
const without = (line: string): string => {
  const opcode = Number.parseInt(line.slice(0, 2), 16) & 0x3f
  const [header, ahs, data] = line.split(' ') as [string, string, string]
  return isDropped(opcode) && data !== '' && data !== 'spoilt' ? `${header} ${ahs} ${DROPPED.toString('hex')}` : line
}

/** Decodes a stream in pieces and as a whole, by the decoder and by plain reading. @throws {Finding} where they differ. */
export function runDecoder(fuzzCase: DecoderCase, feature: (words: string) => void): void {
  const bytes = Buffer.concat(fuzzCase.steps.map(step => Buffer.from(step.bytes, 'hex')))
  const expected = byReference(bytes, fuzzCase)
  let seen: Seen
  try {
    seen = byDecoder(bytes, fuzzCase, feature)
  } catch (error) {
    throw new Finding(FindingKind.threw, error instanceof Error ? String(error.stack) : String(error), error)
  }
  const expectedPdus = expected.pdus.map(without)
  const at = seen.pdus.findIndex((line, i) => line !== expectedPdus[i])
  if (at >= 0 || seen.pdus.length !== expectedPdus.length || seen.failure !== expected.failure)
    throw new Finding(
      FindingKind.decoderDiffers,
      `${seen.pdus.length} PDUs, ${seen.failure}; ${expectedPdus.length}, ${expected.failure} are right; first at ${at}`,
    )
}
