import type { RoomReceiver } from '@lunkit/scsi/transport'
import type { Outbox } from '../connection/outbox.ts'
import type { MemoryShare } from '../session/memory-share.ts'

/** Somebody's part of the room. */
export interface RoomHolder {
  reservedBytes: number
  /** Whether another one for the same logical unit has a part of the room. */
  readonly unitHasRoom: boolean
}

interface Waiting {
  readonly holder: RoomHolder
  readonly lengthBytes: number
  readonly receiver: RoomReceiver
}

/**
 * Room for data-in of one connection: what tasks have read, or may read, and the transport has not taken. Who finds
 * none is served in the order of asking; but a unit that has none at all gets some as long as the transport takes what
 * it is given, so that one that answers nothing does not keep the others waiting.
 */
export class Room {
  readonly #outbox: Outbox
  readonly #share: MemoryShare
  #reservedBytes = 0
  /** What the share counts of it. */
  #countedBytes = 0
  #waiting: Waiting[] = []
  #serving = false
  #closed = false

  constructor(outbox: Outbox, share: MemoryShare) {
    this.#outbox = outbox
    this.#share = share
  }

  /** Bytes reserved now. */
  get reservedBytes(): number {
    return this.#reservedBytes
  }

  /** Whether so many bytes may be read now, which are reserved then; if not, `receiver` is told later. */
  ask(holder: RoomHolder, lengthBytes: number, receiver: RoomReceiver): boolean {
    if ((this.#waiting.length === 0 && this.#fits(lengthBytes)) || this.#leads(holder, lengthBytes)) {
      this.#reserve(holder, lengthBytes)
      return true
    }
    this.#waiting.push({ holder, lengthBytes, receiver })
    return false
  }

  /** Reserved bytes have become output. */
  moved(holder: RoomHolder, lengthBytes: number): void {
    const moved = Math.min(holder.reservedBytes, lengthBytes)
    holder.reservedBytes -= moved
    this.#reservedBytes -= moved
  }

  /** The transport has taken output. */
  written(): void {
    this.#count()
    if (this.#waiting.length > 0) this.#serve()
  }

  /** The holder's task has ended: it waits for nothing and reserves nothing any more. */
  giveBack(holder: RoomHolder): void {
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.filter(waiting => waiting.holder !== holder)
    if (holder.reservedBytes === 0) return
    this.moved(holder, holder.reservedBytes)
    this.#count()
    if (this.#waiting.length > 0) this.#serve()
  }

  /** Lets in whoever fits now. */
  #serve(): void {
    if (this.#serving) return
    this.#serving = true
    for (let next = this.#waiting[0]; next && this.#fits(next.lengthBytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#admit(next)
    }
    for (const next of [...this.#waiting]) if (this.#leads(next.holder, next.lengthBytes)) this.#admitOutOfTurn(next)
    this.#serving = false
  }

  #admitOutOfTurn(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting)
    if (at < 0) return
    this.#waiting.splice(at, 1)
    this.#admit(waiting)
  }

  #admit({ holder, lengthBytes, receiver }: Waiting): void {
    this.#reserve(holder, lengthBytes)
    receiver.roomMade()
  }

  /** The connection is gone: nobody is told any more. */
  close(): void {
    this.#waiting = []
    this.#share.countDataIn(-this.#countedBytes)
    this.#closed = true
  }

  #reserve(holder: RoomHolder, lengthBytes: number): void {
    holder.reservedBytes += lengthBytes
    this.#reservedBytes += lengthBytes
    this.#count()
  }

  #underWayBytes(): number {
    return this.#reservedBytes + this.#outbox.queuedBytes
  }

  /** Brings what the share counts up to date. */
  #count(): void {
    if (this.#closed) return
    const underWayBytes = this.#underWayBytes()
    this.#share.countDataIn(underWayBytes - this.#countedBytes)
    this.#countedBytes = underWayBytes
  }

  /** One that is larger than all the room there is gets it when nothing else is under way. */
  #fits(lengthBytes: number): boolean {
    const underWayBytes = this.#underWayBytes()
    return underWayBytes === 0 || this.#share.allowsDataIn(underWayBytes, lengthBytes)
  }

  /** Whether it is for a unit that has no room at all, while the transport could take the bytes. */
  #leads(holder: RoomHolder, lengthBytes: number): boolean {
    return this.#share.allowsDataIn(this.#outbox.queuedBytes, lengthBytes) && !holder.unitHasRoom
  }
}
