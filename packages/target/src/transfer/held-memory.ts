import type { Slot, SlotAccount } from '@lunkit/wire'
import type { MemoryShare } from '../session/memory-share.ts'

/** The part of its share that a session may fill for one logical unit whatever it holds for others. */
const PART_OF_UNIT = 1 / 4

/** What a session holds of one kind for one logical unit. */
class Held implements SlotAccount {
  readonly #memory: HeldMemory
  bytes = 0

  constructor(memory: HeldMemory) {
    this.#memory = memory
  }

  charge(slot: Slot): Slot {
    this.bytes += slot.capacity
    return slot.charge(this)
  }

  freed(bytes: number): void {
    this.bytes -= bytes
    this.#memory.freed(bytes)
  }
}

/** What a session holds for one logical unit: what is received, and what the device server has. */
class HeldForUnit {
  readonly lun: number
  readonly received: Held
  readonly handedOver: Held

  constructor(memory: HeldMemory, lun: number) {
    this.lun = lun
    this.received = new Held(memory)
    this.handedOver = new Held(memory)
  }
}

/** The transfer memory that one session holds for data-out: what the device server has of it counts too. */
export class HeldMemory {
  readonly #share: MemoryShare
  readonly #hasFreed: () => void
  readonly #byLun = new Map<number, HeldForUnit>()
  /** That of the unit that was asked for last, which is most often asked for next. */
  #last: HeldForUnit | undefined
  #heldBytes = 0

  /** `hasFreed` is called whenever something of it is free. */
  constructor(share: MemoryShare, hasFreed: () => void) {
    this.#share = share
    this.#hasFreed = hasFreed
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Memory for data that comes unasked, which must not wait: the whole piece, so that what is asked for later lies
   * behind it, or as much as may come unasked where the session's share is half used. Where the process's memory is
   * scarce a session has none beyond its share, but for a unit for which it holds little.
   */
  takeUnsolicited(lengthBytes: number, wholePieceBytes: number, lun: number): Slot | undefined {
    if (this.#heldBytes + wholePieceBytes <= this.#share.dataOutBytes / 2) return this.take(wholePieceBytes, lun)
    return this.allows(lengthBytes) || this.#isSpared(lun) ? this.take(lengthBytes, lun) : undefined
  }

  #isSpared(lun: number): boolean {
    const { scarce, veryScarce, dataOutBytes } = this.#share
    return !scarce || (!veryScarce && this.#heldFor(lun) <= dataOutBytes * PART_OF_UNIT)
  }

  /** Whether so much more is within the session's share. */
  allows(lengthBytes: number): boolean {
    return this.#share.allowsDataOut(this.#heldBytes, lengthBytes)
  }

  /** Memory for data that is going to be asked for; undefined where it has to be waited for. */
  take(lengthBytes: number, lun: number): Slot | undefined {
    const slot = this.#share.slab.take(lengthBytes)
    return slot && this.#charge(slot, lun)
  }

  /** Waits for memory in line with everybody. @returns what takes the wish back */
  takeLater(lengthBytes: number, lun: number, give: (slot: Slot) => void): () => void {
    return this.#share.slab.takeLater(lengthBytes, slot => give(this.#charge(slot, lun)))
  }

  /** The device server has a slot now, which counts until it is free. */
  handedOver(slot: Slot, lun: number): void {
    const { received, handedOver } = this.#of(lun)
    received.bytes -= slot.capacity
    handedOver.charge(slot)
  }

  /** Whether the device server has memory for a logical unit, which will be free by itself. */
  isUsedBy(lun: number): boolean {
    return this.#of(lun).handedOver.bytes > 0
  }

  /** @internal a slot is free */
  freed(bytes: number): void {
    this.#heldBytes -= bytes
    this.#share.countDataOut(-bytes)
    this.#hasFreed()
  }

  #charge(slot: Slot, lun: number): Slot {
    this.#heldBytes += slot.capacity
    this.#share.countDataOut(slot.capacity)
    return this.#of(lun).received.charge(slot)
  }

  #heldFor(lun: number): number {
    const { received, handedOver } = this.#of(lun)
    return received.bytes + handedOver.bytes
  }

  #of(lun: number): HeldForUnit {
    if (this.#last?.lun === lun) return this.#last
    const found = this.#byLun.get(lun) ?? this.#begin(lun)
    this.#last = found
    return found
  }

  #begin(lun: number): HeldForUnit {
    const begun = new HeldForUnit(this, lun)
    this.#byLun.set(lun, begun)
    return begun
  }
}
