/** Somebody's limit that slots count against. */
export interface SlotAccount {
  /** Nobody owns a slot of this many bytes any more that was charged to the account. */
  freed(bytes: number): void
}

/** Whose memory a slot is a piece of: the slab, or memory for what is longer. */
export interface SlotHome {
  readonly memory: SharedArrayBuffer
  /** The last owner has released the slot. */
  reclaim(slot: Slot): void
}

/**
 * A piece of the slab's memory with one owner at a time. Whoever is handed a slot owns one reference and releases it
 * once; whoever wants to keep it beside the owner retains it first. After the last release its bytes mean nothing.
 */
export class Slot {
  readonly #slab: SlotHome
  /** The slab's memory, of which it is a piece: what tells slabs apart sooner than `bytes.buffer`. */
  readonly memory: SharedArrayBuffer
  /** Where the slot starts in the slab's memory, in bytes: what a lane is told. */
  readonly offset: number
  /** The slot's length in bytes, a power of two at least as long as was asked for. */
  readonly capacity: number
  /** The slot's memory, all of it. */
  readonly bytes: Buffer
  /** @internal the block's order in the slab's free lists */
  readonly order: number
  #references = 0
  #account: SlotAccount | undefined

  /** @internal slots are made by the slab */
  constructor(slab: SlotHome, offset: number, order: number, capacity: number) {
    this.#slab = slab
    this.memory = slab.memory
    this.offset = offset
    this.order = order
    this.capacity = capacity
    this.bytes = Buffer.from(slab.memory, offset, capacity)
  }

  /** How many owners there are now; 0 when the slot is free. */
  get references(): number {
    return this.#references
  }

  /** @internal the slab hands the slot to its first owner */
  hand(): this {
    this.#references = 1
    return this
  }

  /** Counts the slot against a limit until its last release, whoever owns it by then. */
  charge(account: SlotAccount): this {
    this.#account = account
    return this
  }

  /** Adds an owner. */
  retain(): this {
    if (this.#references === 0) throw new Error(`slot at ${this.offset} was retained after its last release`)
    this.#references++
    return this
  }

  /** Takes an owner away; with the last one the memory is free. */
  release(): void {
    if (this.#references === 0) throw new Error(`slot at ${this.offset} was released once too often`)
    if (--this.#references > 0) return
    const account = this.#account
    this.#account = undefined
    this.#slab.reclaim(this)
    account?.freed(this.capacity)
  }
}
