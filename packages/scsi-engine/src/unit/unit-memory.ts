import { LARGEST_SLOT_BYTES, type Slab, type Slot, type SlotAccount } from '@lunkit/wire'
import { UNIT_PART_OF_MEMORY } from '../limits.ts'

interface Wish {
  readonly lengthBytes: number
  readonly give: (slot: Slot) => void
  given: boolean
  /** Takes it back from the slab; undefined before it waits there. */
  takeBack: (() => void) | undefined
}

/**
 * The transfer memory that commands of one logical unit take for themselves, beside the data that transports bring and
 * fetch: as much as one unit may have, so that one that answers nothing leaves others theirs.
 */
export class UnitMemory implements SlotAccount {
  readonly #slab: Slab
  readonly #limitBytes: number
  readonly #waiting: Wish[] = []
  /** Bytes taken, and asked of the slab. */
  #bytes = 0

  constructor(slab: Slab) {
    this.#slab = slab
    this.#limitBytes = Math.max(LARGEST_SLOT_BYTES, Math.floor(slab.sizeBytes * UNIT_PART_OF_MEMORY))
  }

  /**
   * Hands over a slot now or, in the order of asking, as soon as the unit may have it and there is one.
   * @returns what takes the wish back; it does nothing once the slot was given.
   */
  take(lengthBytes: number, give: (slot: Slot) => void): () => void {
    const wish: Wish = { lengthBytes, give, given: false, takeBack: undefined }
    this.#waiting.push(wish)
    this.#serve()
    return () => this.#takeBack(wish)
  }

  freed(bytes: number): void {
    this.#bytes -= bytes
    this.#serve()
  }

  #serve(): void {
    for (let wish = this.#waiting[0]; wish && this.#fits(wish); wish = this.#waiting[0]) {
      this.#waiting.shift()
      this.#ask(wish)
    }
  }

  #fits({ lengthBytes }: Wish): boolean {
    return this.#bytes === 0 || this.#bytes + lengthBytes <= this.#limitBytes
  }

  #ask(wish: Wish): void {
    const { lengthBytes, give } = wish
    this.#bytes += lengthBytes
    wish.takeBack = this.#slab.takeLater(lengthBytes, slot => {
      wish.given = true
      this.#bytes += slot.capacity - lengthBytes
      give(slot.charge(this))
    })
  }

  #takeBack(wish: Wish): void {
    if (wish.given) return
    if (wish.takeBack) {
      wish.takeBack()
      this.#bytes -= wish.lengthBytes
    } else this.#waiting.splice(this.#waiting.indexOf(wish), 1)
    this.#serve()
  }
}
