import { LongMemory, type Slot } from '@lunkit/wire'
import type { Libc } from '../native/libc.ts'
import { PinnedMemory } from '../native/pinned-memory.ts'

/** The memory that data of one device's commands lies in: the slab, which all share, and the device's own for what no slot holds. */
export class DataMemory {
  readonly long = new LongMemory()
  readonly #libc: Libc
  readonly #slab: PinnedMemory
  /** The device's own, as long as it was when it was last lent. */
  #own: PinnedMemory | undefined

  constructor(libc: Libc, slab: SharedArrayBuffer) {
    this.#libc = libc
    this.#slab = new PinnedMemory(libc, slab)
  }

  /** Where a slot starts. It stays there until its last release. */
  addressOf(slot: Slot): number {
    const { address } = slot.memory === this.#slab.memory ? this.#slab : this.#ownOf(slot)
    return address + slot.offset
  }

  /** No command is under way any more. */
  release(): void {
    this.#slab.release()
    this.#own?.release()
  }

  /** Only one command has it at a time: what it was before it grew is used by none. */
  #ownOf({ memory }: Slot): PinnedMemory {
    if (this.#own?.memory === memory) return this.#own
    if (memory !== this.long.memory) throw new Error('data of a command lies in memory that its device does not know')
    this.#own?.release()
    this.#own = new PinnedMemory(this.#libc, memory)
    return this.#own
  }
}
