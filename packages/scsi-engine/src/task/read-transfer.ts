import { StoreEngine, StoreRequest, type StoreRequestOwner } from '@lunkit/backstores/store'
import { PIECE_BYTES, type RoomReceiver } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import { storePlaces } from '../statistics/command-account.ts'
import type { TransferOwner } from './transfer-owner.ts'

/** What a transfer waits for. */
const Waits = { nothing: 0, room: 1, slot: 2, store: 3 } as const
type Waits = (typeof Waits)[keyof typeof Waits]

/**
 * Reads a range of the medium and sends it as data-in, piece by piece: room in the transport, a slot, the store, the
 * transport. Driven by callbacks; each execution has one and uses it again.
 */
export class ReadTransfer implements StoreRequestOwner, RoomReceiver {
  readonly #execution: TransferOwner
  readonly #request = new StoreRequest(this)
  /** Bytes still to be sent. */
  #left = 0
  #waits: Waits = Waits.nothing
  #submittedMs = 0
  #cancelSlot: (() => void) | undefined
  readonly #give = (slot: Slot): void => this.#resume(slot)

  constructor(execution: TransferOwner) {
    this.#execution = execution
  }

  /** Begins; ends the task by itself. `offset` and `lengthBytes` are on block boundaries and within the medium. */
  start(offset: number, lengthBytes: number, fua: boolean): void {
    const { task } = this.#execution
    // Of an initiator that has data-out for a READ nothing is counted: none of what it has is moved.
    if (task.writeBytes === 0) task.dataLength(lengthBytes)
    this.#left = lengthBytes < task.readBytes ? lengthBytes : task.readBytes
    this.#execution.account.concerns(this.#left)
    this.#request.offset = offset
    this.#request.fua = fua
    this.#request.source = this.#execution.source
    this.#execution.hold()
    this.#next()
  }

  /** The task was terminated: waits for nothing any more but for the store. */
  cancel(): void {
    const waits = this.#waits
    if (waits === Waits.store) this.#execution.unit.store.hurry?.(this.#request)
    if (waits === Waits.nothing || waits === Waits.store) return
    this.#waits = Waits.nothing
    this.#cancelSlot?.()
    this.#cancelSlot = undefined
    this.#execution.letGo()
  }

  roomMade(): void {
    if (this.#waits === Waits.room) this.#resume(undefined)
  }

  completed(): void {
    this.#resume(undefined)
  }

  /** Entered from outside: a bug ends here, not in the transport, the slab or the store that called. */
  #resume(slot: Slot | undefined): void {
    const waited = this.#waits
    this.#waits = Waits.nothing
    this.#cancelSlot = undefined
    const { account } = this.#execution
    if (waited === Waits.store) account.stored(storePlaces.read, this.#request, this.#submittedMs)
    else account.resumed()
    try {
      if (waited === Waits.store ? this.#landed() : slot ? this.#readInto(slot) : this.#takeSlot()) this.#next()
    } catch (error) {
      this.#execution.bug(error)
    }
  }

  /** Piece after piece, as long as nothing has to be waited for. */
  #next(): void {
    const execution = this.#execution
    const { task } = execution
    while (this.#left > 0 && !execution.terminated) {
      if (!task.room(this.#pieceBytes(), this)) {
        this.#waits = Waits.room
        return
      }
      if (!this.#takeSlot()) return
    }
    execution.good()
    execution.letGo()
  }

  #pieceBytes(): number {
    return this.#left < PIECE_BYTES ? this.#left : PIECE_BYTES
  }

  /** False: the piece has to wait, or the task has ended. */
  #takeSlot(): boolean {
    const { slab } = this.#execution.services
    const slot = slab.take(this.#pieceBytes())
    if (slot) return this.#readInto(slot)
    this.#waits = Waits.slot
    const cancel = slab.takeLater(this.#pieceBytes(), this.#give)
    if (this.#waits === Waits.slot) this.#cancelSlot = cancel
    return false
  }

  #readInto(slot: Slot): boolean {
    const request = this.#request
    const { unit } = this.#execution
    const { blockSizeBytes } = unit
    // What is expected may end inside a block; the store reads whole ones.
    request.lengthBytes = Math.ceil(this.#pieceBytes() / blockSizeBytes) * blockSizeBytes
    request.slot = slot
    request.operation = 'read'
    request.engine = StoreEngine.inline
    const { account } = this.#execution
    this.#submittedMs = account.atMs
    if (unit.store.submit(request)) {
      account.storedInPlace(storePlaces.read, this.#submittedMs)
      return this.#landed()
    }
    this.#waits = Waits.store
    return false
  }

  /** The store has the piece, or a fault. False: the task has ended. */
  #landed(): boolean {
    const request = this.#request
    const execution = this.#execution
    const slot = request.slot as Slot
    request.slot = undefined
    if (request.fault !== undefined || execution.terminated) {
      slot.release()
      if (!execution.terminated) execution.failStore(request)
      execution.letGo()
      return false
    }
    const bytes = this.#pieceBytes()
    this.#left -= bytes
    request.offset += bytes
    execution.task.send(bytes === slot.capacity ? slot.bytes : slot.bytes.subarray(0, bytes), slot)
    return true
  }
}
