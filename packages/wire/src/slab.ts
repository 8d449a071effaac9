import { callback, checkArgument, checkOptions, flag, required, wholeNumber } from './argument.ts'
import { Buddy } from './buddy.ts'
import { Slot, type SlotHome } from './slot.ts'

/** The smallest slot, in bytes: a page, so that O_DIRECT can use it. */
export const SMALLEST_SLOT_BYTES = 4096
/** The largest slot, in bytes: the longest piece in which a transfer runs. */
export const LARGEST_SLOT_BYTES = 256 * 1024

const ORDERS = Math.log2(LARGEST_SLOT_BYTES / SMALLEST_SLOT_BYTES) + 1
const WASM_PAGE_BYTES = 64 * 1024
/** Freed slots of one size that wait for their next taker unjoined; joining and splitting again costs more. */
const UNJOINED_SLOTS = 64
/** How many calls of `trim` a stretch of memory outlasts unused before it is given back. */
const TRIMS = 2
/** What a released slot's bytes are overwritten with under `poison`. */
export const POISON = 0xdb

/** How a slab is made. */
export interface SlabOptions {
  /** Rounded up to a multiple of the largest slot. */
  readonly sizeBytes: number
  /** Overwrites released slots, so that a view that outlives its slot is seen in tests. */
  readonly poison?: boolean
}

const SLAB = { sizeBytes: required(wholeNumber()), poison: flag }

interface Waiter {
  readonly order: number
  readonly give: (slot: Slot) => void
}

/**
 * The process's transfer memory: one stretch of shared memory, page-aligned, that every lane can see, given out in
 * slots of 4 KiB to 256 KiB. The kernel backs it with pages when they are first touched.
 */
export class Slab implements SlotHome {
  readonly memory: SharedArrayBuffer
  /** The memory's length in bytes, which shared memory itself is slow to tell. */
  readonly sizeBytes: number
  readonly #buddy: Buddy
  readonly #poison: boolean
  readonly #slots: (Slot | undefined)[][] = Array.from({ length: ORDERS }, () => [])
  readonly #unjoined: Slot[][] = Array.from({ length: ORDERS }, () => [])
  readonly #waiters: Waiter[] = []
  /** For each stretch of the largest slot's size, how many calls of `trim` it outlasts; 0 when it holds no pages. */
  readonly #fresh: Uint8Array
  #takenBytes = 0

  /** @throws {TypeError} or {RangeError} for options that cannot be, or more memory than there is. */
  constructor(options: SlabOptions) {
    checkOptions('Slab', options, SLAB)
    const { sizeBytes, poison = false } = options
    const largest = Math.max(1, Math.ceil(sizeBytes / LARGEST_SLOT_BYTES))
    const pages = (largest * LARGEST_SLOT_BYTES) / WASM_PAGE_BYTES
    // A shared WebAssembly memory starts on a page boundary, a plain SharedArrayBuffer does not.
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer as SharedArrayBuffer
    this.sizeBytes = this.memory.byteLength
    this.#buddy = new Buddy((largest * LARGEST_SLOT_BYTES) / SMALLEST_SLOT_BYTES, ORDERS - 1)
    this.#fresh = new Uint8Array(largest)
    this.#poison = poison
  }

  /** Bytes in slots that have an owner now. */
  get takenBytes(): number {
    return this.#takenBytes
  }

  /** How many callers wait for memory. */
  get waiting(): number {
    return this.#waiters.length
  }

  /**
   * A slot of at least `lengthBytes`, owned by the caller; undefined when memory is short, or others wait already.
   * @throws {RangeError} when more is asked for than the largest slot holds.
   */
  take(lengthBytes: number): Slot | undefined {
    return this.#waiters.length > 0 ? undefined : this.#takeOrder(orderFor(lengthBytes))
  }

  /**
   * Hands over a slot now or, in the order of asking, as soon as there is memory.
   * @returns a function that takes the wish back; it does nothing once the slot was given.
   */
  takeLater(lengthBytes: number, give: (slot: Slot) => void): () => void {
    const waiter = { order: orderFor(lengthBytes), give }
    this.#waiters.push(waiter)
    this.#serveWaiters()
    return () => {
      const at = this.#waiters.indexOf(waiter)
      if (at < 0) return
      this.#waiters.splice(at, 1)
      this.#serveWaiters()
    }
  }

  /**
   * Called from time to time: hands over what was used once and by nobody since the call before last, for the system to
   * take its pages back. It may be given out again at any time after that.
   * @throws {TypeError} for what is no function.
   */
  trim(giveBack: (offset: number, lengthBytes: number) => void): void {
    checkArgument('trim: giveBack', giveBack, callback)
    this.#joinAll()
    for (let at = 0; at < this.#fresh.length; at++) {
      const left = this.#fresh[at] as number
      if (left === 0 || !this.#buddy.isFree((at * LARGEST_SLOT_BYTES) / SMALLEST_SLOT_BYTES)) continue
      this.#fresh[at] = left - 1
      if (left === 1) giveBack(at * LARGEST_SLOT_BYTES, LARGEST_SLOT_BYTES)
    }
  }

  /** @internal the last owner has released the slot */
  reclaim(slot: Slot): void {
    this.#takenBytes -= slot.capacity
    if (this.#poison) slot.bytes.fill(POISON)
    const unjoined = this.#unjoined[slot.order] as Slot[]
    if (unjoined.length < UNJOINED_SLOTS) unjoined.push(slot)
    else this.#join(slot)
    if (this.#waiters.length > 0) this.#serveWaiters()
  }

  #takeOrder(order: number): Slot | undefined {
    const ready = (this.#unjoined[order] as Slot[]).pop()
    if (ready) return this.#hand(ready)
    let unit = this.#buddy.take(order)
    if (unit === undefined) {
      this.#joinAll()
      unit = this.#buddy.take(order)
    }
    return unit === undefined ? undefined : this.#hand(this.#slotAt(unit, order))
  }

  #hand(slot: Slot): Slot {
    this.#takenBytes += slot.capacity
    this.#fresh[Math.floor(slot.offset / LARGEST_SLOT_BYTES)] = TRIMS
    return slot.hand()
  }

  #slotAt(unit: number, order: number): Slot {
    const slots = this.#slots[order] as (Slot | undefined)[]
    const index = unit >> order
    let slot = slots[index]
    if (!slot) {
      slot = new Slot(this, unit * SMALLEST_SLOT_BYTES, order, SMALLEST_SLOT_BYTES << order)
      slots[index] = slot
    }
    return slot
  }

  #join(slot: Slot): void {
    this.#buddy.release(slot.offset / SMALLEST_SLOT_BYTES, slot.order)
  }

  #joinAll(): void {
    for (const slots of this.#unjoined) for (let slot = slots.pop(); slot; slot = slots.pop()) this.#join(slot)
  }

  #serveWaiters(): void {
    for (let waiter = this.#waiters[0]; waiter; waiter = this.#waiters[0]) {
      const slot = this.#takeOrder(waiter.order)
      if (!slot) return
      this.#waiters.shift()
      waiter.give(slot)
    }
  }
}

function orderFor(lengthBytes: number): number {
  if (lengthBytes > LARGEST_SLOT_BYTES)
    throw new RangeError(`a slot of ${lengthBytes} bytes was asked for; the largest has ${LARGEST_SLOT_BYTES}`)
  return lengthBytes <= SMALLEST_SLOT_BYTES ? 0 : 32 - Math.clz32((lengthBytes - 1) >>> 12)
}
