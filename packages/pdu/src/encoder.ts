import {
  checkArgument,
  copyBytes,
  crc32c,
  crc32cRange,
  type Fields,
  layout,
  object,
  type Slot,
  u8,
  u24,
  u32le,
  type Values,
} from '@lunkit/wire'
import { type Block, BlockPool } from './block.ts'
import { paddingOf } from './decoder.ts'
import { BLOCK_BYTES, GATHER_BYTES } from './limits.ts'
import { BHS_BYTES, DIGEST_BYTES, numberedResponse, type Pdu } from './pdu.ts'

/** What a turn's PDUs became: the buffers of one writev. */
export interface Turn {
  readonly buffers: readonly Buffer[]
  readonly lengthBytes: number
  /** To be called once, when the socket has taken all of it (or is gone): gives memory and slots back. */
  written(): void
}

const Digest = layout({ name: 'digest', spec: 'RFC 7143 11.2.3', size: DIGEST_BYTES, fields: { value: u32le(0) } })

/** What the encoder itself writes into every header. */
const Lengths = layout({
  name: 'lengths of the segments',
  spec: 'RFC 7143 11.2.1',
  size: BHS_BYTES,
  fields: { totalAhsWords: u8(4), dataSegmentLength: u24(5) },
})

/** The numbers that lie at the same place in every header of a target. */
const Numbers = layout({
  name: 'numbers of a response',
  spec: 'RFC 7143 11.4.9 to 11.4.11',
  size: BHS_BYTES,
  fields: numberedResponse,
})

/** TotalAHSLength is one byte and counts words. */
const LONGEST_AHS_BYTES = 255 * 4
/** The longest header with all that may follow it in the same run. */
const HEADER_ROOM_BYTES = BHS_BYTES + LONGEST_AHS_BYTES + DIGEST_BYTES
const TRAILER_ROOM_BYTES = 3 + DIGEST_BYTES
const PADDING = new Uint8Array(3)

const POOL = object('a BlockPool', pool => pool instanceof BlockPool)
const sharedPool = new BlockPool()

class WrittenTurn implements Turn {
  readonly buffers: Buffer[] = []
  lengthBytes = 0
  readonly #pool: BlockPool
  readonly #blocks: Block[] = []
  readonly #slots: Slot[] = []
  #written = false

  constructor(pool: BlockPool) {
    this.#pool = pool
  }

  takeBlock(): Block {
    const block = this.#pool.take()
    this.#blocks.push(block)
    return block
  }

  add(bytes: Buffer): void {
    this.buffers.push(bytes)
    this.lengthBytes += bytes.length
  }

  own(slot: Slot): void {
    this.#slots.push(slot)
  }

  written(): void {
    if (this.#written) throw new Error('a turn was reported as written twice')
    this.#written = true
    for (const slot of this.#slots) slot.release()
    for (const block of this.#blocks) this.#pool.recycle(block)
  }
}

/**
 * Is shown a PDU: its header, with its additional header segments behind it, lies in `view` at `at`; it is valid until this
 * returns, and so is the data.
 */
export type ShownPdu = (view: DataView, at: number, data: Uint8Array | undefined) => void

/**
 * Composes the PDUs of a turn into few buffers: headers, digests, padding and small data segments in blocks of its own,
 * larger data segments where they lie. A PDU is `compose`, the header's fields, then `end` or `endWith`.
 */
export class PduWriter {
  /** Whether headers are followed by a digest; from the next PDU on. */
  headerDigest = false
  /** Whether data segments are followed by a digest; from the next PDU on. */
  dataDigest = false
  /** Is shown each PDU that is ended; undefined, as it is but for a trace: nobody is. */
  shown: ShownPdu | undefined = undefined

  readonly #pool: BlockPool
  #turn: WrittenTurn | undefined
  #block: Block | undefined
  /** Where the run of bytes that is not yet in the turn's buffers starts in the block. */
  #runStart = 0
  #at = 0
  /** Where the header on its way starts in the block, -1 between PDUs. */
  #header = -1
  /** Bytes in the turn by now. */
  #lengthBytes = 0

  /** @throws {TypeError} for what is no pool. */
  constructor(pool: BlockPool = sharedPool) {
    checkArgument('PduWriter: pool', pool, POOL)
    this.#pool = pool
  }

  /** How many bytes the PDUs since the last `take` have. */
  get pendingBytes(): number {
    return this.#lengthBytes
  }

  /** Begins a PDU: its header's fields, zero but for the opcode and what is always set. */
  compose<F extends Fields>(of: Pdu<F>): Values<F> {
    if (this.#header >= 0) throw new Error(`${of.name} was begun before the last PDU was ended`)
    const block = this.#room(HEADER_ROOM_BYTES)
    const start = this.#at
    this.#header = start
    this.#at = start + BHS_BYTES
    return of.compose(block.view, start)
  }

  /** Writes the numbers of a target into the header on its way, whichever PDU it is of. */
  number(statSN: number, expCmdSN: number, maxCmdSN: number): void {
    const numbers = Numbers.view(this.#open().view, this.#header) as Values<typeof Numbers.fields>
    numbers.statSN = statSN
    numbers.expCmdSN = expCmdSN
    numbers.maxCmdSN = maxCmdSN
  }

  /**
   * Appends additional header segments, as `writeAhs` makes them, to the header on its way.
   * @throws {RangeError} where they are no whole words, or longer than TotalAHSLength can say.
   */
  ahs(segments: Uint8Array): void {
    const length = this.#at - this.#header - BHS_BYTES + segments.length
    if (length % 4 !== 0 || length > LONGEST_AHS_BYTES)
      throw new RangeError(`additional header segments of ${length} bytes; whole words up to ${LONGEST_AHS_BYTES} fit`)
    this.#open().bytes.set(segments, this.#at)
    this.#at += segments.length
  }

  /** Ends a PDU without a data segment. */
  end(): void {
    this.#endHeader(0)
    if (this.shown !== undefined) this.#show(undefined)
    this.#header = -1
  }

  /**
   * Ends a PDU with a data segment, which must not change until the turn is written. A slot that comes with it belongs
   * to the turn from now on.
   */
  endWith(data: Uint8Array, slot?: Slot): void {
    const length = data.length
    this.#endHeader(length)
    if (this.shown !== undefined) this.#show(data)
    this.#header = -1
    if (length === 0) slot?.release()
    else if (length <= GATHER_BYTES) this.#gather(data, slot)
    else this.#refer(data, slot)
  }

  /** The turn's PDUs for one writev; undefined when there are none. */
  take(): Turn | undefined {
    if (this.#header >= 0) throw new Error('a turn was taken before its last PDU was ended')
    const turn = this.#turn
    if (!turn) return undefined
    this.#closeRun()
    this.#turn = undefined
    this.#block = undefined
    this.#lengthBytes = 0
    return turn
  }

  #open(): Block {
    if (this.#header < 0 || !this.#block) throw new Error('no PDU was begun')
    return this.#block
  }

  #endHeader(dataSegmentLength: number): void {
    const { view, bytes } = this.#open()
    const end = this.#at
    const lengths = Lengths.view(view, this.#header) as Values<typeof Lengths.fields>
    lengths.totalAhsWords = (end - this.#header - BHS_BYTES) / 4
    lengths.dataSegmentLength = dataSegmentLength
    this.#lengthBytes += end - this.#header
    if (this.headerDigest) this.#digest(crc32cRange(bytes, this.#header, end))
  }

  #show(data: Uint8Array | undefined): void {
    this.shown?.((this.#block as Block).view, this.#header, data)
  }

  /** Copies a small data segment behind its header. */
  #gather(data: Uint8Array, slot: Slot | undefined): void {
    const { bytes } = this.#room(data.length + TRAILER_ROOM_BYTES)
    copyBytes({ from: data, start: 0, lengthBytes: data.length }, bytes, this.#at)
    this.#at += data.length
    this.#lengthBytes += data.length
    this.#trailer(data)
    slot?.release()
  }

  /** Sends a data segment from where it lies. */
  #refer(data: Uint8Array, slot: Slot | undefined): void {
    this.#closeRun()
    const turn = this.#turn as WrittenTurn
    turn.add(Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.length))
    if (slot) turn.own(slot)
    this.#lengthBytes += data.length
    this.#room(TRAILER_ROOM_BYTES)
    this.#trailer(data)
  }

  /** Padding and digest of a data segment. */
  #trailer(data: Uint8Array): void {
    const padding = paddingOf(data.length)
    const { bytes } = this.#block as Block
    for (let i = 0; i < padding; i++) bytes[this.#at++] = 0
    this.#lengthBytes += padding
    if (!this.dataDigest) return
    const crc = crc32c(data)
    this.#digest(padding === 0 ? crc : crc32c(PADDING.subarray(0, padding), crc))
  }

  #digest(crc: number): void {
    Digest.compose((this.#block as Block).view, this.#at).value = crc
    this.#at += DIGEST_BYTES
    this.#lengthBytes += DIGEST_BYTES
  }

  /** The block, with at least so many bytes left in it. */
  #room(lengthBytes: number): Block {
    if (this.#block && this.#at + lengthBytes <= BLOCK_BYTES) return this.#block
    this.#closeRun()
    this.#turn ??= new WrittenTurn(this.#pool)
    this.#block = this.#turn.takeBlock()
    this.#runStart = 0
    this.#at = 0
    return this.#block
  }

  #closeRun(): void {
    if (this.#block && this.#at > this.#runStart) this.#turn?.add(this.#block.bytes.subarray(this.#runStart, this.#at))
    this.#runStart = this.#at
  }
}
