import { callback, checkArgument, wholeNumber } from './argument.ts'
import { Slot, type SlotHome } from './slot.ts'

const WASM_PAGE_BYTES = 64 * 1024
/** There is nothing smaller to join a slot of it with. */
const NO_ORDER = 0
const LENGTH = wholeNumber(1)

interface Waiter {
  readonly lengthBytes: number
  readonly give: (slot: Slot) => void
}

/**
 * Shared memory, page-aligned, for what no slot of the slab is long enough for: it is lent to one after the other, so that it is never longer
 * than the longest that was asked for. It is there when it is first asked for.
 */
export class LongMemory implements SlotHome {
  readonly #waiters: Waiter[] = []
  #memory = new SharedArrayBuffer(0)
  #isLent = false

  /** What is lent now, or was lent last. */
  get memory(): SharedArrayBuffer {
    return this.#memory
  }

  /** How many callers wait for it. */
  get waiting(): number {
    return this.#waiters.length
  }

  /**
   * Lends a slot of this many bytes, now or, in the order of asking, when those before have released theirs.
   * @returns a function that takes the wish back; it does nothing once the slot was given.
   * @throws {TypeError} or {RangeError} for what is no length, or no function.
   */
  takeLater(lengthBytes: number, give: (slot: Slot) => void): () => void {
    checkArgument('takeLater: lengthBytes', lengthBytes, LENGTH)
    checkArgument('takeLater: give', give, callback)
    const waiter = { lengthBytes, give }
    this.#waiters.push(waiter)
    this.#serve()
    return () => {
      const at = this.#waiters.indexOf(waiter)
      if (at >= 0) this.#waiters.splice(at, 1)
    }
  }

  /** @internal the last owner has released the slot */
  reclaim(): void {
    this.#isLent = false
    this.#serve()
  }

  #serve(): void {
    if (this.#isLent) return
    const waiter = this.#waiters.shift()
    if (!waiter) return
    this.#isLent = true
    this.#grow(waiter.lengthBytes)
    waiter.give(new Slot(this, 0, NO_ORDER, waiter.lengthBytes).hand())
  }

  #grow(lengthBytes: number): void {
    if (lengthBytes <= this.#memory.byteLength) return
    const pages = Math.ceil(lengthBytes / WASM_PAGE_BYTES)
    // A shared WebAssembly memory starts on a page boundary, a plain SharedArrayBuffer does not.
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer as SharedArrayBuffer
  }
}
