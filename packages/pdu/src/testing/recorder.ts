import { Decoder, type PduReceiver, type ReceivedHeader } from '../decoder.ts'
import { LoginRequest, LoginResponse, LoginStage } from '../login.ts'
import { isPacket, type Packet, readPacket } from '../packet.ts'
import { DataKind } from '../pdu.ts'
import { tracePdu } from '../trace.ts'

/** A PDU of a stream as the decoder saw it. */
export interface RecordedPdu {
  readonly line: string
  readonly packet: Packet
  /** Where it lies in the stream, digests and padding included. */
  readonly start: number
  readonly end: number
  readonly headerDigest: boolean
  readonly dataDigest: boolean
}

/** Which digests a connection uses, and after how many login PDUs of a side. */
export interface DigestUse {
  readonly headerDigest: boolean
  readonly dataDigest: boolean
  readonly loginPdus: number
}

/** Lengths of the chunks in which a stream is given to the decoder. */
export type Splits = () => number

/** Keeps every PDU of a stream, and switches the digests on where the login ends. */
class Recorder implements PduReceiver {
  readonly pdus: RecordedPdu[] = []
  readonly decoder = new Decoder(this)
  readonly #use: DigestUse | undefined
  #start = 0
  #logins = 0

  constructor(use: DigestUse | undefined) {
    this.#use = use
    this.decoder.maxDataSegmentLength = 0xff_ffff
  }

  header(header: ReceivedHeader): Uint8Array {
    return new Uint8Array(header.dataSegmentLength)
  }

  complete(
    { view, at, opcode, ahsBytes, dataSegmentLength }: ReceivedHeader,
    data: Uint8Array | undefined,
    right: boolean,
  ): void {
    if (!right) throw new Error(`data digest of PDU ${this.pdus.length} is wrong`)
    const packet = readPacket(view, at, data)
    if (!packet) throw new Error(`opcode ${opcode} is not known`)
    const { headerDigest, dataDigest } = this.decoder
    const dataBytes = Math.ceil(dataSegmentLength / 4) * 4 + (dataDigest && dataSegmentLength > 0 ? 4 : 0)
    const end = this.#start + 48 + ahsBytes + (headerDigest ? 4 : 0) + dataBytes
    this.pdus.push({ line: tracePdu(view, at, data), packet, start: this.#start, end, headerDigest, dataDigest })
    this.#start = end
    if (opcode === LoginRequest.opcode || opcode === LoginResponse.opcode) this.#login()
  }

  #login(): void {
    if (++this.#logins !== this.#use?.loginPdus) return
    this.decoder.headerDigest = this.#use.headerDigest
    this.decoder.dataDigest = this.#use.dataDigest
  }
}

/** Decodes a stream in chunks; each chunk's memory is overwritten after, as a socket's receive buffer would be. */
export function record(stream: Uint8Array, splits: Splits, use?: DigestUse): RecordedPdu[] {
  const recorder = new Recorder(use)
  for (let at = 0; at < stream.length; ) {
    const chunk = Uint8Array.from(stream.subarray(at, at + splits()))
    at += chunk.length
    for (let from = 0; from < chunk.length; ) from += recorder.decoder.push(chunk.subarray(from))
    chunk.fill(0xdb)
  }
  return recorder.pdus
}

/** Learns from the login responses of a connection which digests follow them. */
export function digestUse(fromTarget: Uint8Array): DigestUse {
  const answers = new Map<string, string>()
  let loginPdus = 0
  for (const { packet } of recordLogin(fromTarget)) {
    if (!isPacket(packet, LoginResponse)) break
    loginPdus++
    if (packet.data.kind === DataKind.text) for (const [key, value] of packet.data.pairs) answers.set(key, value)
    if (packet.values.transit && packet.values.nextStage === LoginStage.fullFeaturePhase) break
  }
  return {
    headerDigest: answers.get('HeaderDigest') === 'CRC32C',
    dataDigest: answers.get('DataDigest') === 'CRC32C',
    loginPdus,
  }
}

/** The PDUs up to the first that is no login. */
function recordLogin(stream: Uint8Array): RecordedPdu[] {
  const recorder = new Recorder(undefined)
  for (let at = 0; at < stream.length && recorder.pdus.every(({ packet }) => isPacket(packet, LoginResponse)); at += 1)
    recorder.decoder.push(stream.subarray(at, at + 1))
  return recorder.pdus
}
