import { DataIn as DataInPdu, RESERVED_TAG } from '@lunkit/pdu'
import type { Status } from '@lunkit/scsi/transport'
import type { Slot, Values } from '@lunkit/wire'
import type { Outbox } from '../connection/outbox.ts'
import { writeResidual } from './residual.ts'
import type { Room, RoomHolder } from './room.ts'

/** The connection that data-in goes out on. */
export interface DataInConnection {
  readonly outbox: Outbox
  readonly room: Room
  /** The longest data segment that is sent now. */
  readonly maxSentBytes: number
}

/** What data-in knows of its session. */
export interface DataInSession {
  readonly maxBurstBytes: number
  readonly tasks: { reads(lun: number, connection: object): boolean }
}

/** The command that the data is of. */
export interface ReadingTask {
  readonly connection: DataInConnection
  readonly tag: number
  readonly lun: number
  readonly readBytes: number
}

/**
 * The data of a read on its way to the initiator. The last PDU is held back until the command ends, so that a good
 * status goes with it (RFC 7143 11.7.3).
 */
export class DataIn implements RoomHolder {
  readonly #task: ReadingTask
  readonly #session: DataInSession
  /** Bytes that the task may read and send, and has not sent. */
  reservedBytes = 0
  /** PDUs composed. */
  pdus = 0
  #takenBytes = 0
  #held: Uint8Array | undefined
  #heldSlot: Slot | undefined

  constructor(task: ReadingTask, session: DataInSession) {
    this.#task = task
    this.#session = session
  }

  get unitHasRoom(): boolean {
    const { lun, connection } = this.#task
    return this.#session.tasks.reads(lun, connection)
  }

  /** Bytes taken over by now, the held ones too. */
  get takenBytes(): number {
    return this.#takenBytes
  }

  /** Takes the next bytes of `totalBytes`; what is beyond them is dropped. */
  send(data: Uint8Array, slot: Slot | undefined, totalBytes: number): void {
    this.#task.connection.room.moved(this, data.length)
    const left = this.#held ? 0 : totalBytes - this.#takenBytes
    if (left <= 0 || data.length === 0) {
      slot?.release()
      return
    }
    const wanted = data.length > left ? data.subarray(0, left) : data
    this.#cut(wanted, slot, wanted.length === left)
  }

  /** Data-In PDUs of `data`: none longer than the initiator takes, none across the end of a burst. */
  #cut(data: Uint8Array, slot: Slot | undefined, toTheEnd: boolean): void {
    const { maxSentBytes } = this.#task.connection
    const { maxBurstBytes } = this.#session
    let rest = data
    for (;;) {
      const burstLeft = maxBurstBytes - (this.#takenBytes % maxBurstBytes)
      const longest = Math.min(maxSentBytes, burstLeft)
      if (rest.length <= longest) break
      // Each PDU has a reference of its own, because their turns may be written one after the other.
      this.#emit(rest.subarray(0, longest), slot?.retain(), longest === burstLeft)
      rest = rest.subarray(longest)
    }
    if (!toTheEnd) this.#emit(rest, slot, this.#endsBurst(rest.length))
    else {
      this.#held = rest
      this.#heldSlot = slot
    }
  }

  #endsBurst(lengthBytes: number): boolean {
    return (this.#takenBytes + lengthBytes) % this.#session.maxBurstBytes === 0
  }

  #emit(data: Uint8Array, slot: Slot | undefined, final: boolean): void {
    const { outbox } = this.#task.connection
    this.#describe(outbox.carry(DataInPdu), final)
    this.#takenBytes += data.length
    outbox.endWith(data, slot)
  }

  #describe(out: Values<typeof DataInPdu.fields>, final: boolean): void {
    out.final = final
    out.initiatorTaskTag = this.#task.tag
    out.targetTransferTag = RESERVED_TAG
    out.dataSN = this.pdus++
    out.bufferOffset = this.#takenBytes
  }

  /** Sends the last PDU together with a status that is no exception; false when there is none to send. */
  endWithStatus(status: Status, presentedBytes: number): boolean {
    const data = this.#held
    if (!data) return false
    const { outbox } = this.#task.connection
    const out = outbox.answer(DataInPdu)
    this.#describe(out, true)
    out.hasStatus = true
    out.status = status
    writeResidual(out, presentedBytes, this.#task.readBytes)
    this.#takenBytes += data.length
    outbox.endWith(data, this.#unhold())
    return true
  }

  /** Sends the last PDU, if it is held back, without a status. */
  endWithoutStatus(): void {
    const data = this.#held
    if (data) this.#emit(data, this.#unhold(), true)
  }

  /** The task has ended: gives back what is left, and starts anew. */
  reset(): void {
    this.#unhold()?.release()
    this.#task.connection.room.giveBack(this)
    this.pdus = 0
    this.#takenBytes = 0
  }

  #unhold(): Slot | undefined {
    const slot = this.#heldSlot
    this.#held = undefined
    this.#heldSlot = undefined
    return slot
  }
}
