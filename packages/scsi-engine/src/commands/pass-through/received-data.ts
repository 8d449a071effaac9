import type { Piece } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import type { Execution } from '../execution.ts'

/** Where data lies. */
export interface DataPlace {
  readonly slot: Slot
  readonly slotOffset: number
}

/** The data-out of a command, which comes in the transport's pieces and is used in parts of them. */
export class ReceivedData {
  readonly #execution: Execution
  #piece: Piece | undefined
  #usedBytes = 0

  constructor(execution: Execution) {
    this.#execution = execution
  }

  /** Where the next of it lies, when it is there; undefined when the task was terminated: nothing is held then. */
  async next(): Promise<DataPlace | undefined> {
    if (this.#execution.terminated) this.release()
    this.#piece ??= await this.#execution.piece()
    return this.#piece && { slot: this.#piece.slot, slotOffset: this.#usedBytes }
  }

  /** So much of it was used. */
  used(bytes: number): void {
    this.#usedBytes += bytes
    if (this.#piece && this.#usedBytes >= this.#piece.lengthBytes) this.release()
  }

  release(): void {
    this.#piece?.slot.release()
    this.#piece = undefined
    this.#usedBytes = 0
  }
}
