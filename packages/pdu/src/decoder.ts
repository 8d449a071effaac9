import {
  checkArgument,
  checkOptions,
  copyBytes,
  crc32c,
  crc32cRange,
  dataView,
  layout,
  type OptionDomains,
  object,
  u32le,
  wholeNumber,
} from '@lunkit/wire'
import { PduError, PduFault } from './error.ts'
import { DECODER_LIMITS, type DecoderLimits, LOGIN_DATA_SEGMENT_BYTES } from './limits.ts'
import { BasicHeader, BHS_BYTES, DIGEST_BYTES } from './pdu.ts'

/** The answer to a header whose data segment is not wanted: it is received and counted, but not kept. */
export const DROP = Symbol('drop the data segment')

/** A header that is in. One object a decoder, valid until the PDU's `complete` returns. */
export interface ReceivedHeader {
  /** Where the header lies: the basic header at `at`, its additional header segments after it. */
  readonly view: DataView
  readonly at: number
  readonly opcode: number
  /** Length of the additional header segments in bytes. */
  readonly ahsBytes: number
  /** Length of the data segment in bytes, without padding. */
  readonly dataSegmentLength: number
}

/** What a decoder reports to. */
export interface PduReceiver {
  /**
   * A header is in and its digest is right; answers where the data segment goes: memory of at least
   * `dataSegmentLength` bytes, or DROP. Called for every PDU; without a data segment the answer is not looked at.
   */
  header(header: ReceivedHeader): Uint8Array | typeof DROP
  /**
   * The PDU is all in. `data` is what `header` answered, its first `dataSegmentLength` bytes filled; undefined when
   * there is no data segment or it was dropped. With `digestRight` false the data must not be used.
   */
  complete(header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void
}

const Digest = layout({ name: 'digest', spec: 'RFC 7143 11.2.3', size: DIGEST_BYTES, fields: { value: u32le(0) } })

const NOTHING = new Uint8Array(0)
const NO_VIEW = dataView(NOTHING)
const MAX_PADDING_BYTES = 3

const RECEIVER = object('a receiver: { header, complete }', receiver => {
  const { header, complete } = receiver as Partial<PduReceiver>
  return typeof header === 'function' && typeof complete === 'function'
})
const LIMITS: OptionDomains = { ahsBytes: wholeNumber(0, DECODER_LIMITS.ahsBytes), pdusPerPush: wholeNumber(1) }

class Header implements ReceivedHeader {
  view = NO_VIEW
  at = 0
  opcode = 0
  ahsBytes = 0
  dataSegmentLength = 0

  place(view: DataView, at: number): void {
    const header = BasicHeader.view(view, at)
    this.view = view
    this.at = at
    this.opcode = header.opcode
    this.ahsBytes = header.totalAhsWords * 4
    this.dataSegmentLength = header.dataSegmentLength
  }
}

/**
 * Finds PDUs in a stream, however it is split: for targets and initiators alike. A header that lies whole in a chunk is
 * read there; a data segment is copied once, to where the receiver says.
 */
export class Decoder {
  /** Whether headers are followed by a digest; from the next PDU on. */
  headerDigest = false
  /** Whether data segments are followed by a digest; from the next PDU on. */
  dataDigest = false
  /** The longest data segment, in bytes, that this side has declared it receives. */
  maxDataSegmentLength = LOGIN_DATA_SEGMENT_BYTES

  readonly #receiver: PduReceiver
  readonly #limits: DecoderLimits
  readonly #header = new Header()
  /** Memory of its own for a header that came in pieces, from the first one on: most connections never need it. */
  #own = NOTHING
  #ownView = NO_VIEW
  /** Memory of its own for padding and digest that came in pieces; the view is made for the first digest. */
  readonly #trailer = new Uint8Array(MAX_PADDING_BYTES + 1 + DIGEST_BYTES)
  #trailerView: DataView | undefined

  /** The memory that was pushed last, and a view over it: a transport reads into one memory again and again. */
  #memory: Uint8Array = NOTHING
  #memoryView = NO_VIEW
  /** How much of the memory is to be decoded. */
  #end = 0
  #stopped = false
  #failure: PduError | undefined
  /** Bytes of the stream that earlier chunks held. */
  #consumedBefore = 0
  /** Where the PDU on its way began in the stream. */
  #pduOffset = 0

  /** Whether the header is in and the data segment is on its way. */
  #inData = false
  /** Bytes of a split header that are in, in `#own`. */
  #headerBytes = 0
  #destination: Uint8Array | typeof DROP = DROP
  #dataBytes = 0
  #crc = 0
  #digesting = false
  #trailerBytes = 0
  #trailerLength = 0

  /** @throws {TypeError} or {RangeError} for what is no receiver, or limits that cannot be. */
  constructor(receiver: PduReceiver, limits: Partial<DecoderLimits> = {}) {
    checkArgument('Decoder: receiver', receiver, RECEIVER)
    checkOptions('Decoder: limits', limits, LIMITS)
    this.#receiver = receiver
    this.#limits = { ...DECODER_LIMITS, ...limits }
  }

  /**
   * Decodes the first `lengthBytes` bytes of `memory` (all of it by default), which the caller may use again afterwards,
   * and returns how many were consumed: fewer than given only after `stop`, or when the limit of PDUs was reached. The
   * caller gives the rest again later. Whoever reads into the same memory each time had best push that itself: a view is
   * made for each new one.
   * @throws {PduError} when the stream cannot be followed any further; every later call throws it again.
   */
  push(memory: Uint8Array, lengthBytes = memory.length): number {
    if (this.#failure) throw this.#failure
    if (memory !== this.#memory) {
      this.#memory = memory
      this.#memoryView = dataView(memory)
    }
    this.#end = lengthBytes
    this.#stopped = false
    let pdus = this.#limits.pdusPerPush
    let at = 0
    while (at < lengthBytes && pdus > 0 && !this.#stopped) {
      at = this.#inData ? this.#takeData(at) : this.#takeHeader(at)
      if (!this.#inData && this.#headerBytes === 0) pdus--
    }
    this.#consumedBefore += at
    if (this.#inData && this.#header.view !== this.#ownView) this.#keepHeader()
    return at
  }

  /**
   * Where the data segment on its way goes on, so that a transport can read the rest of it there; `landed` says how
   * much of it is in. Undefined between data segments, and for one that is dropped.
   */
  get place(): Uint8Array | undefined {
    const missing = this.#inData ? this.#header.dataSegmentLength - this.#dataBytes : 0
    if (missing === 0 || this.#destination === DROP) return undefined
    return this.#destination.subarray(this.#dataBytes, this.#dataBytes + missing)
  }

  /** The next bytes of the stream have come in at `place`. */
  landed(lengthBytes: number): void {
    const { place } = this
    if (!place || lengthBytes > place.length)
      throw new RangeError(`${lengthBytes} bytes landed where ${place?.length ?? 0} were missing`)
    if (this.#digesting) this.#crc = crc32c(place.subarray(0, lengthBytes), this.#crc)
    this.#dataBytes += lengthBytes
    this.#consumedBefore += lengthBytes
    if (lengthBytes === place.length && this.#trailerLength === 0) this.#dataIn()
  }

  /** Makes the `push` that is running return after the callback that called this. */
  stop(): void {
    this.#stopped = true
  }

  #takeHeader(at: number): number {
    const left = this.#end - at
    if (this.#headerBytes === 0) {
      this.#pduOffset = this.#consumedBefore + at
      if (left >= BHS_BYTES) {
        this.#header.place(this.#memoryView, at)
        const length = this.#headerLength()
        if (left >= length) {
          if (this.headerDigest) this.#checkHeader(this.#memory, at)
          this.#headerIn()
          return at + length
        }
      }
    }
    return this.#collectHeader(at)
  }

  /** Length of the header on its way with its digest, once the basic header is in. */
  #headerLength(): number {
    const { ahsBytes } = this.#header
    if (ahsBytes > this.#limits.ahsBytes)
      this.#fail(
        PduFault.ahsTooLong,
        `additional header segments of ${ahsBytes} bytes; at most ${this.#limits.ahsBytes} are taken`,
      )
    return BHS_BYTES + ahsBytes + (this.headerDigest ? DIGEST_BYTES : 0)
  }

  #collectHeader(start: number): number {
    this.#makeOwn()
    let at = start
    for (;;) {
      const basic = this.#headerBytes < BHS_BYTES
      const wanted = basic ? BHS_BYTES : this.#headerLength()
      const taken = Math.min(wanted - this.#headerBytes, this.#end - at)
      copyBytes({ from: this.#memory, start: at, lengthBytes: taken }, this.#own, this.#headerBytes)
      this.#headerBytes += taken
      at += taken
      if (this.#headerBytes < wanted) return at
      if (!basic) break
      this.#header.place(this.#ownView, 0)
    }
    if (this.headerDigest) this.#checkHeader(this.#own, 0)
    this.#headerBytes = 0
    this.#headerIn()
    return at
  }

  #makeOwn(): void {
    if (this.#own !== NOTHING) return
    this.#own = new Uint8Array(BHS_BYTES + this.#limits.ahsBytes + DIGEST_BYTES)
    this.#ownView = dataView(this.#own)
  }

  #checkHeader(bytes: Uint8Array, at: number): void {
    const { view, ahsBytes } = this.#header
    const end = at + BHS_BYTES + ahsBytes
    const sent = Digest.view(view, this.#header.at + BHS_BYTES + ahsBytes).value
    const right = crc32cRange(bytes, at, end)
    if (sent !== right)
      this.#fail(PduFault.headerDigest, `header digest ${hex(sent)}; the header received has ${hex(right)}`)
  }

  #headerIn(): void {
    const header = this.#header
    const length = header.dataSegmentLength
    if (length > this.maxDataSegmentLength)
      this.#fail(
        PduFault.dataSegmentTooLong,
        `data segment of ${length} bytes; MaxRecvDataSegmentLength allows ${this.maxDataSegmentLength}`,
      )
    this.#digesting = this.dataDigest
    const answer = this.#receiver.header(header)
    if (length === 0) {
      this.#receiver.complete(header, undefined, true)
      return
    }
    if (answer !== DROP && answer.length < length)
      throw new RangeError(`memory of ${answer.length} bytes was given for a data segment of ${length}`)
    this.#inData = true
    this.#destination = answer
    this.#dataBytes = 0
    this.#crc = 0
    this.#trailerBytes = 0
    this.#trailerLength = paddingOf(length) + (this.#digesting ? DIGEST_BYTES : 0)
  }

  #takeData(start: number): number {
    const chunk = this.#memory
    const end = this.#end
    const missing = this.#header.dataSegmentLength - this.#dataBytes
    let at = start
    if (missing > 0) {
      const taken = Math.min(missing, end - at)
      const piece = { from: chunk, start: at, lengthBytes: taken }
      if (this.#destination !== DROP) copyBytes(piece, this.#destination, this.#dataBytes)
      if (this.#digesting) this.#crc = crc32c(chunk.subarray(at, at + taken), this.#crc)
      this.#dataBytes += taken
      at += taken
      if (taken < missing) return at
    }
    if (this.#trailerLength > 0) {
      const taken = Math.min(this.#trailerLength - this.#trailerBytes, end - at)
      for (let i = 0; i < taken; i++) this.#trailer[this.#trailerBytes++] = chunk[at + i] as number
      at += taken
      if (this.#trailerBytes < this.#trailerLength) return at
    }
    this.#dataIn()
    return at
  }

  #dataIn(): void {
    const destination = this.#destination
    this.#inData = false
    this.#destination = DROP
    const digestRight = !this.#digesting || this.#dataDigestRight()
    this.#receiver.complete(this.#header, destination === DROP ? undefined : destination, digestRight)
  }

  #dataDigestRight(): boolean {
    const padding = this.#trailerLength - DIGEST_BYTES
    const crc = padding === 0 ? this.#crc : crc32c(this.#trailer.subarray(0, padding), this.#crc)
    this.#trailerView ??= dataView(this.#trailer)
    return crc === Digest.view(this.#trailerView, padding).value
  }

  /** The chunk's memory goes back to the caller while the PDU's data is on its way. */
  #keepHeader(): void {
    const { view, at, ahsBytes } = this.#header
    this.#makeOwn()
    this.#own.set(new Uint8Array(view.buffer, view.byteOffset + at, BHS_BYTES + ahsBytes))
    this.#header.view = this.#ownView
    this.#header.at = 0
  }

  #fail(fault: PduFault, message: string): never {
    this.#failure = new PduError(fault, this.#pduOffset, message)
    throw this.#failure
  }
}

/** How many bytes follow a segment of this length so that it ends on a word, RFC 7143 11.1. */
export const paddingOf = (lengthBytes: number): number => -lengthBytes & MAX_PADDING_BYTES

const hex = (crc: number): string => `0x${crc.toString(16).padStart(8, '0')}`
