import type { Slot } from '@lunkit/wire'
import type { MemoryShare } from '../session/memory-share.ts'

/** The transfer memory that one session holds for data-out. */
export class HeldMemory {
  readonly #share: MemoryShare
  #heldBytes = 0

  constructor(share: MemoryShare) {
    this.#share = share
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Memory for data that comes unasked, which must not wait: the whole piece, so that what is asked for later lies
   * behind it, or as much as may come unasked where the session's share is half used.
   */
  takeUnsolicited(lengthBytes: number, wholePieceBytes: number): Slot | undefined {
    const ample = this.#heldBytes + wholePieceBytes <= this.#share.dataOutBytes / 2
    return this.#take(ample ? wholePieceBytes : lengthBytes)
  }

  /** Whether data of this length may be asked for: it fits the session's share, or nothing else would go on. */
  allows(lengthBytes: number): boolean {
    return this.#heldBytes + lengthBytes <= this.#share.dataOutBytes
  }

  /** Memory for data that is going to be asked for; undefined where it has to be waited for. */
  take(lengthBytes: number): Slot | undefined {
    return this.#take(lengthBytes)
  }

  /** Waits for memory in line with everybody. @returns what takes the wish back */
  takeLater(lengthBytes: number, give: (slot: Slot) => void): () => void {
    return this.#share.slab.takeLater(lengthBytes, slot => {
      this.#heldBytes += slot.capacity
      give(slot)
    })
  }

  /** A slot went to another owner. */
  handedOver(slot: Slot): void {
    this.#heldBytes -= slot.capacity
  }

  release(slot: Slot): void {
    this.#heldBytes -= slot.capacity
    slot.release()
  }

  #take(lengthBytes: number): Slot | undefined {
    const slot = this.#share.slab.take(lengthBytes)
    if (slot) this.#heldBytes += slot.capacity
    return slot
  }
}
