import { RESERVED_TAG } from '@lunkit/pdu'
import { PIECE_BYTES, type Piece, type PieceReceiver } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import type { HeldMemory } from './held-memory.ts'
import { IscsiCondition } from './iscsi-condition.ts'

/** What a Data-Out PDU's header says of its place. */
export interface DataOutPlace {
  readonly targetTransferTag: number
  readonly dataSN: number
  readonly bufferOffset: number
}

/** A run of Data-Out PDUs that is under way: the unsolicited one, or the answer to an R2T. */
class Sequence {
  readonly tag: number
  /** The offset behind its last byte. */
  readonly endBytes: number
  nextDataSN = 0

  constructor(tag: number, endBytes: number) {
    this.tag = tag
    this.endBytes = endBytes
  }
}

class ReceivedPiece implements Piece {
  readonly slot: Slot
  readonly lengthBytes: number

  constructor(slot: Slot, lengthBytes: number) {
    this.slot = slot
    this.lengthBytes = lengthBytes
  }
}

/**
 * The data of a write on its way from the initiator. DataPDUInOrder and DataSequenceInOrder are always Yes here, so
 * that bytes come in order: what is in is one number. Piece k covers the bytes from k * 256 KiB on.
 */
export class DataOut {
  readonly #memory: HeldMemory
  /** The logical unit that it is for. */
  lun = 0
  /** Bytes that are in, verified. */
  #receivedBytes = 0
  /** The offset up to which bytes are in, or asked for. */
  #solicitedBytes = 0
  /** Bytes that the command wants; nothing is asked for before it has said so. */
  #expectedBytes = 0
  #sequences: Sequence[] = []
  #pieces: (Slot | undefined)[] = []
  #given = 0
  #receiver: PieceReceiver | undefined
  /** The rule that was broken: nothing is kept any more. */
  failure: IscsiCondition | undefined
  /** When the peer last sent something of it, by the coarse clock. */
  progressMs = 0
  /** R2Ts sent. */
  r2ts = 0

  constructor(memory: HeldMemory) {
    this.#memory = memory
  }

  get receivedBytes(): number {
    return this.#receivedBytes
  }

  get solicitedBytes(): number {
    return this.#solicitedBytes
  }

  get expectedBytes(): number {
    return this.#expectedBytes
  }

  /** Sequences of which the peer has not sent the last PDU. */
  get owed(): number {
    return this.#sequences.length
  }

  /** Whether unsolicited data is still to come. */
  get owesUnsolicited(): boolean {
    return this.#sequences[0]?.tag === RESERVED_TAG
  }

  /** Pieces begun and not handed over. */
  get piecesAhead(): number {
    return Math.ceil(this.#solicitedBytes / PIECE_BYTES) - this.#given
  }

  /** Whether all that is wanted was asked for. */
  get allSolicited(): boolean {
    return this.#solicitedBytes >= this.#expectedBytes
  }

  /** Unsolicited Data-Out PDUs follow the command, up to `endBytes`. */
  expectUnsolicited(endBytes: number): void {
    this.#sequences.push(new Sequence(RESERVED_TAG, endBytes))
    this.#solicitedBytes = endBytes
  }

  /** Takes memory for the first piece; false where there is none. `lengthBytes` is what may come unasked. */
  takeFirst(lengthBytes: number, wholePieceBytes: number): boolean {
    const slot = this.#memory.takeUnsolicited(lengthBytes, wholePieceBytes, this.lun)
    if (slot) this.#pieces[0] = slot
    return slot !== undefined
  }

  /** The memory that the next byte goes to; undefined where it is dropped. */
  get slot(): Slot | undefined {
    return this.#pieces[Math.floor(this.#receivedBytes / PIECE_BYTES)]
  }

  /** Where in it the next `lengthBytes` bytes go. */
  placeIn(slot: Slot, lengthBytes: number): Uint8Array {
    const within = this.#receivedBytes % PIECE_BYTES
    return within === 0 ? slot.bytes : slot.bytes.subarray(within, within + lengthBytes)
  }

  /** Immediate data is in. */
  receivedImmediate(lengthBytes: number): void {
    this.#receivedBytes = lengthBytes
    if (this.#solicitedBytes < lengthBytes) this.#solicitedBytes = lengthBytes
  }

  /** Checks a Data-Out PDU before its first byte is kept; the condition says which rule it breaks (RFC 7143 11.7). */
  check(place: DataOutPlace, lengthBytes: number): IscsiCondition | undefined {
    const sequence = this.#sequences[0]
    if (!sequence || sequence.tag !== place.targetTransferTag)
      return place.targetTransferTag === RESERVED_TAG
        ? IscsiCondition.unexpectedUnsolicitedData
        : IscsiCondition.incorrectAmountOfData
    // RFC 7143 7.9: a gap in the numbers means that a PDU was lost to a digest error.
    if (place.dataSN !== sequence.nextDataSN) return IscsiCondition.protocolServiceCrcError
    const endsBytes = place.bufferOffset + lengthBytes
    if (place.bufferOffset === this.#receivedBytes && endsBytes <= sequence.endBytes) return undefined
    return sequence.tag === RESERVED_TAG
      ? IscsiCondition.unexpectedUnsolicitedData
      : IscsiCondition.incorrectAmountOfData
  }

  /** The PDU that was checked is in, with its data where `destination` said. */
  received(lengthBytes: number): void {
    const sequence = this.#sequences[0]
    if (sequence) sequence.nextDataSN++
    this.#receivedBytes += lengthBytes
  }

  /**
   * The last PDU of a sequence is in; false where bytes of it are missing. Of unsolicited data they may be, where nobody
   * knows how much the initiator thinks it can send: the rest is asked for.
   */
  endSequence(tag: number, mayBeShort: boolean): boolean {
    const at = this.#sequences.findIndex(sequence => sequence.tag === tag)
    const sequence = this.#sequences[at]
    if (!sequence) return true
    this.#sequences.splice(at, 1)
    if (this.failure !== undefined || this.#receivedBytes === sequence.endBytes) return true
    if (tag !== RESERVED_TAG || !mayBeShort) return false
    this.#solicitedBytes = this.#receivedBytes
    return true
  }

  /** What was asked for is not waited for any more. */
  forgetSequences(): void {
    this.#sequences = []
  }

  /** The tags of the R2Ts whose answer is under way. */
  tags(): number[] {
    return this.#sequences.map(sequence => sequence.tag)
  }

  /** The command wants `lengthBytes` in all. */
  expect(lengthBytes: number): void {
    this.#expectedBytes = lengthBytes
  }

  /** The command waits for its next piece, or gets it now. */
  receive(receiver: PieceReceiver): void {
    this.#receiver = receiver
    this.handOver()
  }

  /** Hands the next piece over, if the command waits for it and it is whole. */
  handOver(): void {
    const receiver = this.#receiver
    if (!receiver || this.failure) return
    const start = this.#given * PIECE_BYTES
    const end = Math.min(start + PIECE_BYTES, this.#expectedBytes)
    const slot = this.#pieces[this.#given]
    if (!slot || this.#receivedBytes < end || end <= start) return
    this.#pieces[this.#given++] = undefined
    this.#receiver = undefined
    this.#memory.handedOver(slot, this.lun)
    receiver.receivePiece(new ReceivedPiece(slot, end - start))
  }

  /** How many bytes the memory of the piece with the next byte to ask for must have; 0 when it has it. */
  get missingMemoryBytes(): number {
    const piece = Math.floor(this.#solicitedBytes / PIECE_BYTES)
    const wanted = Math.min(PIECE_BYTES, this.#expectedBytes - piece * PIECE_BYTES)
    const slot = this.#pieces[piece]
    return slot && slot.capacity >= wanted ? 0 : wanted
  }

  /** Gives the piece with the next byte to ask for its memory. */
  giveMemory(slot: Slot): void {
    const piece = Math.floor(this.#solicitedBytes / PIECE_BYTES)
    const smaller = this.#pieces[piece]
    if (smaller) {
      smaller.bytes.copy(slot.bytes, 0, 0, this.#receivedBytes - piece * PIECE_BYTES)
      smaller.release()
    }
    this.#pieces[piece] = slot
  }

  /** Begins the sequence that an R2T asks for: to the end of the piece at most. Answers its length. */
  solicit(tag: number, maxBurstBytes: number): number {
    const start = this.#solicitedBytes
    const pieceEnd = (Math.floor(start / PIECE_BYTES) + 1) * PIECE_BYTES
    const end = Math.min(pieceEnd, this.#expectedBytes, start + maxBurstBytes)
    this.#sequences.push(new Sequence(tag, end))
    this.#solicitedBytes = end
    return end - start
  }

  /** The memory is not wanted any more; sequences under way are still received and dropped. */
  drop(): void {
    this.#receiver = undefined
    for (const slot of this.#pieces) slot?.release()
    if (this.#pieces.length > 0) this.#pieces = []
  }

  /** Starts anew. */
  reset(): void {
    this.drop()
    if (this.#sequences.length > 0) this.#sequences = []
    this.#receivedBytes = 0
    this.#solicitedBytes = 0
    this.#expectedBytes = 0
    this.#given = 0
    this.failure = undefined
    this.r2ts = 0
  }
}
