import { PIECE_BYTES } from '@lunkit/scsi/transport'
import type { Slab } from '@lunkit/wire'
import type { TargetLimits } from '../limits.ts'

/** Each direction may fill this part of the transfer memory, over all sessions; the rest is for what nobody planned. */
const PART_OF_SLAB = 3 / 8
/** From here on a session gets memory for what it sends unasked within its share only. */
const SCARCE_FROM = 1 / 2
/** From here on memory counts as short for every session. */
const SHORT_FROM = 15 / 16

/** How much of the transfer memory one session may hold: the fewer sessions there are, the more. */
export class MemoryShare {
  readonly slab: Slab
  readonly #limits: TargetLimits
  #sessions = 0
  #dataOutBytes = 0
  #dataInBytes = 0

  constructor(slab: Slab, limits: TargetLimits) {
    this.slab = slab
    this.#limits = limits
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

  /** Whether so much of the process's memory is taken that nobody may have more than a fair share. */
  get scarce(): boolean {
    return this.slab.takenBytes > this.slab.sizeBytes * SCARCE_FROM
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
    const part = Math.floor((this.slab.sizeBytes * PART_OF_SLAB) / Math.max(1, this.#sessions))
    this.#dataOutBytes = Math.max(PIECE_BYTES, Math.min(part, this.#limits.dataOutBytes))
    this.#dataInBytes = Math.max(PIECE_BYTES, Math.min(part, this.#limits.dataInBytes))
  }
}
