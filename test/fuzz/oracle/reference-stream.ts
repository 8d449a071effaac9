import { BasicHeader, BHS_BYTES, DECODER_LIMITS, PduFault, paddingOf } from '@lunkit/pdu'
import { crc32cPortable, dataView, layout, u32le } from '@lunkit/wire'

const DIGEST_BYTES = 4
const Digest = layout({ name: 'digest', spec: 'RFC 7143 11.2.3', size: DIGEST_BYTES, fields: { value: u32le(0) } })

/** A PDU of a stream, with memory of its own. */
export interface StreamPdu {
  readonly opcode: number
  readonly header: Buffer
  readonly ahs: Buffer
  readonly data: Buffer
  /** Whether the data digest is right; true where there is none. */
  readonly digestRight: boolean
}

/**
 * Cuts a stream into PDUs the slow and plain way: what is in is kept in one buffer, and looked at from its start. What
 * the decoder does is judged by it.
 */
export class ReferenceStream {
  headerDigest = false
  dataDigest = false
  maxDataSegmentLength = 8192
  /** Why the stream cannot be followed any further. */
  failure: PduFault | undefined
  #pieces: Uint8Array[] = []
  #bytes: Buffer = Buffer.alloc(0)

  push(bytes: Uint8Array): void {
    this.#pieces.push(Uint8Array.from(bytes))
  }

  /** Bytes that are no whole PDU yet. */
  get restBytes(): number {
    this.#gather()
    return this.#bytes.length
  }

  /** The next PDU; undefined where it is not all in, or the stream has failed. */
  next(): StreamPdu | undefined {
    this.#gather()
    if (this.failure !== undefined || this.#bytes.length < BHS_BYTES) return undefined
    const { opcode, totalAhsWords, dataSegmentLength } = BasicHeader.view(dataView(this.#bytes))
    const ahsEnd = BHS_BYTES + totalAhsWords * 4
    if (totalAhsWords * 4 > DECODER_LIMITS.ahsBytes) return this.#fail(PduFault.ahsTooLong)
    const headerEnd = ahsEnd + (this.headerDigest ? DIGEST_BYTES : 0)
    if (this.#bytes.length < headerEnd) return undefined
    if (this.headerDigest && !this.#digestMatches(0, ahsEnd)) return this.#fail(PduFault.headerDigest)
    if (dataSegmentLength > this.maxDataSegmentLength) return this.#fail(PduFault.dataSegmentTooLong)
    const paddedEnd = headerEnd + dataSegmentLength + paddingOf(dataSegmentLength)
    const digested = this.dataDigest && dataSegmentLength > 0
    const end = paddedEnd + (digested ? DIGEST_BYTES : 0)
    if (this.#bytes.length < end) return undefined
    const pdu: StreamPdu = {
      opcode,
      header: this.#bytes.subarray(0, BHS_BYTES),
      ahs: this.#bytes.subarray(BHS_BYTES, ahsEnd),
      data: this.#bytes.subarray(headerEnd, headerEnd + dataSegmentLength),
      digestRight: !digested || this.#digestMatches(headerEnd, paddedEnd),
    }
    this.#bytes = this.#bytes.subarray(end)
    return pdu
  }

  #gather(): void {
    if (this.#pieces.length === 0) return
    this.#bytes = Buffer.concat([this.#bytes, ...this.#pieces])
    this.#pieces = []
  }

  #digestMatches(from: number, end: number): boolean {
    const sent = Digest.view(dataView(this.#bytes), end).value
    return sent === crc32cPortable(this.#bytes.subarray(from, end))
  }

  #fail(fault: PduFault): undefined {
    this.failure = fault
    return undefined
  }
}
