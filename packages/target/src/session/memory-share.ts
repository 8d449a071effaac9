import { PIECE_BYTES } from '@lunkit/scsi/transport'
import type { Slab } from '@lunkit/wire'
import type { TargetLimits } from '../limits.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'

/** Looked up once: they are told with every command. */
const { dataOutHeldBytes, dataInHeldBytes, outputQueuedBytes } = Counter

/** Each direction may fill this part of the transfer memory, over all sessions; the rest is for what nobody planned. */
const PART_OF_SLAB = 3 / 8
/** From here on a session gets no more than its share for what it sends unasked, and from then on none at all of that. */
const SCARCE_FROM = 1 / 2
const VERY_SCARCE_FROM = 3 / 4
/** From here on memory counts as short for every session. */
const SHORT_FROM = 15 / 16

/**
 * How much of the transfer memory one session may hold: the fewer sessions there are, the more. Sessions that came when
 * there were fewer may hold more than what is their share now; once all sessions together fill the part that is theirs,
 * each gets one piece and no more, so that those who hold on to what they have never take what others need.
 */
export class MemoryShare {
  readonly slab: Slab
  readonly #limits: TargetLimits
  readonly #statistics: TargetStatistics
  readonly #partBytes: number
  #sessions = 0
  #dataOutBytes = 0
  #dataInBytes = 0
  #allDataOutBytes = 0
  #allDataInBytes = 0
  #allOutputBytes = 0

  constructor(slab: Slab, limits: TargetLimits, statistics: TargetStatistics) {
    this.slab = slab
    this.#limits = limits
    this.#statistics = statistics
    this.#partBytes = Math.floor(slab.sizeBytes * PART_OF_SLAB)
    this.#divide()
  }

  /** Bytes of data-out that a session may hold. */
  get dataOutBytes(): number {
    return this.#dataOutBytes
  }

  /** Bytes of data-in that a session may have read and not sent. */
  get dataInBytes(): number {
    return this.#dataInBytes
  }

  /** Whether a session that holds so much data-out may hold `lengthBytes` more. */
  allowsDataOut(heldBytes: number, lengthBytes: number): boolean {
    const wantedBytes = heldBytes + lengthBytes
    if (wantedBytes <= PIECE_BYTES) return true
    return wantedBytes <= this.#dataOutBytes && this.#allDataOutBytes + lengthBytes <= this.#partBytes
  }

  /** Whether a session that has so much data-in under way may read `lengthBytes` more. */
  allowsDataIn(underWayBytes: number, lengthBytes: number): boolean {
    const wantedBytes = underWayBytes + lengthBytes
    if (wantedBytes <= PIECE_BYTES) return true
    return wantedBytes <= this.#dataInBytes && this.#allDataInBytes + lengthBytes <= this.#partBytes
  }

  /** Some session holds so much more data-out, or less. */
  countDataOut(bytes: number): void {
    this.#allDataOutBytes += bytes
    this.#statistics.add(dataOutHeldBytes, bytes)
  }

  /** Some session has so much more data-in under way, or less. */
  countDataIn(bytes: number): void {
    this.#allDataInBytes += bytes
    this.#statistics.add(dataInHeldBytes, bytes)
  }

  /** Some connection has so much more output that its socket has not taken, or less. */
  countOutput(bytes: number): void {
    this.#allOutputBytes += bytes
    this.#statistics.add(outputQueuedBytes, bytes)
  }

  /** Output in bytes, data-in included, up to which a connection is read: none while all have too much of it. */
  get outputBytes(): number {
    const crowded = this.#allOutputBytes > this.#partBytes + this.#limits.outputBytesInAll
    return crowded ? 0 : this.#dataInBytes + this.#limits.outputBytes
  }

  /** Output in bytes, data-in included, beyond which a connection ends. */
  get outputBytesAtMost(): number {
    return this.#dataInBytes + this.#limits.outputBytes + this.#limits.outputBytesAtMost
  }

  /** Whether so much of the process's memory is taken that nobody may have more than a fair share. */
  get scarce(): boolean {
    return this.slab.takenBytes > this.slab.sizeBytes * SCARCE_FROM
  }

  /** Whether even little is too much of what need not be. */
  get veryScarce(): boolean {
    return this.slab.takenBytes > this.slab.sizeBytes * VERY_SCARCE_FROM
  }

  /** Whether the process's memory is nearly all taken. */
  get short(): boolean {
    return this.slab.takenBytes > this.slab.sizeBytes * SHORT_FROM
  }

  sessionBegan(): void {
    this.#sessions++
    this.#divide()
  }

  sessionEnded(): void {
    this.#sessions--
    this.#divide()
  }

  #divide(): void {
    const part = Math.floor(this.#partBytes / Math.max(1, this.#sessions))
    this.#dataOutBytes = Math.max(PIECE_BYTES, Math.min(part, this.#limits.dataOutBytes))
    this.#dataInBytes = Math.max(PIECE_BYTES, Math.min(part, this.#limits.dataInBytes))
  }
}
