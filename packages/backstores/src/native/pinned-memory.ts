import type { Libc } from './libc.ts'

/** Memory with a raw address in use. A raw address keeps nothing alive: this list does. */
const pinned = new Map<ArrayBufferLike, number>()

/** A stretch of memory that stays where it is, and alive, until it is released as often as it was pinned. */
export class PinnedMemory {
  readonly memory: ArrayBufferLike
  /** Where it starts. */
  readonly address: number
  #released = false

  constructor(libc: Libc, memory: ArrayBufferLike) {
    this.memory = memory
    pinned.set(memory, (pinned.get(memory) ?? 0) + 1)
    this.address = libc.addressOf(memory)
  }

  /** The address is not used any more. */
  release(): void {
    if (this.#released) return
    this.#released = true
    const count = (pinned.get(this.memory) ?? 1) - 1
    if (count > 0) pinned.set(this.memory, count)
    else pinned.delete(this.memory)
  }
}
