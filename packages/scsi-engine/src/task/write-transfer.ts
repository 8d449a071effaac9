import { StoreEngine, StoreRequest, type StoreRequestOwner } from '@lunkit/backstores/store'
import { Sense } from '@lunkit/scsi'
import type { Piece, PieceReceiver } from '@lunkit/scsi/transport'
import { storePlaces } from '../statistics/command-account.ts'
import type { TransferOwner } from './transfer-owner.ts'

/** A write, and when the store was given it. */
class TimedRequest extends StoreRequest {
  submittedMs = 0
}

/**
 * Takes data-out piece by piece and writes it to a range of the medium; the next piece is received while the store
 * writes the last one. Driven by callbacks; each execution has one and uses it again.
 */
export class WriteTransfer implements StoreRequestOwner, PieceReceiver {
  readonly #execution: TransferOwner
  readonly #requests: readonly TimedRequest[] = [new TimedRequest(this), new TimedRequest(this)]
  /** Those that are not with the store. */
  readonly #free: TimedRequest[] = [...this.#requests]
  #writing = 0
  /** Bytes still to be received. */
  #left = 0
  #offset = 0
  #fua = false
  #askedMs = 0
  /** The transport was asked for a piece. */
  #receiving = false
  /** The loop below runs: what comes in meanwhile leaves the rest to it. */
  #looping = false
  /** The first request that failed. */
  #failed: StoreRequest | undefined
  #active = false

  constructor(execution: TransferOwner) {
    this.#execution = execution
  }

  /**
   * Begins; ends the task by itself. `offset` and `lengthBytes` are on block boundaries and within the medium. When the
   * initiator has fewer bytes, only those are written (RFC 7143 11.4.5); a part of a block cannot be.
   */
  start(offset: number, lengthBytes: number, fua: boolean): void {
    const execution = this.#execution
    const { task } = execution
    task.dataLength(lengthBytes)
    const expected = lengthBytes < task.writeBytes ? lengthBytes : task.writeBytes
    if (expected % execution.unit.blockSizeBytes !== 0) {
      execution.fail(Sense.invalidFieldInCommandInformationUnitRefused)
      return
    }
    execution.account.concerns(expected)
    this.#left = expected
    this.#offset = offset
    this.#fua = fua
    this.#receiving = false
    this.#failed = undefined
    this.#active = true
    execution.hold()
    if (expected > 0) task.expectData(expected)
    this.#next()
  }

  /** The task was terminated: no piece comes any more, writes under way end. */
  cancel(): void {
    this.#receiving = false
    if (this.#writing > 0) this.#hurry()
    if (!this.#looping) this.#endIfDone()
  }

  #hurry(): void {
    const { store } = this.#execution.unit
    for (const request of this.#requests) if (!this.#free.includes(request)) store.hurry?.(request)
  }

  receivePiece(piece: Piece): void {
    this.#receiving = false
    // What was there already was not waited for.
    if (!this.#looping) this.#execution.account.received(this.#askedMs)
    if (this.#execution.terminated) {
      piece.slot.release()
      return
    }
    try {
      this.#write(piece)
      this.#next()
    } catch (error) {
      this.#execution.bug(error)
    }
  }

  completed(request: TimedRequest): void {
    this.#writing--
    this.#execution.account.stored(storePlaces.write, request, request.submittedMs)
    try {
      this.#landed(request)
      this.#next()
    } catch (error) {
      this.#execution.bug(error)
    }
  }

  /** Asks for piece after piece, as long as a request is free for it. */
  #next(): void {
    if (this.#looping) return
    this.#looping = true
    const execution = this.#execution
    while (this.#left > 0 && !this.#receiving && this.#free.length > 0 && !this.#failed && !execution.terminated) {
      this.#receiving = true
      this.#askedMs = execution.account.atMs
      execution.task.receive(this)
    }
    this.#looping = false
    this.#endIfDone()
  }

  #endIfDone(): void {
    if (!this.#active || this.#writing > 0) return
    const execution = this.#execution
    if (!execution.terminated) {
      if (this.#failed) execution.failStore(this.#failed)
      else if (this.#left > 0) return
      else execution.good()
    }
    this.#active = false
    execution.letGo()
  }

  #write({ slot, lengthBytes }: Piece): void {
    const request = this.#free.pop() as TimedRequest
    request.operation = 'write'
    request.slot = slot
    request.offset = this.#offset
    request.lengthBytes = lengthBytes
    request.fua = this.#fua
    request.source = this.#execution.source
    request.engine = StoreEngine.inline
    this.#offset += lengthBytes
    this.#left -= lengthBytes
    const { account, unit } = this.#execution
    request.submittedMs = account.atMs
    if (!unit.store.submit(request)) {
      this.#writing++
      return
    }
    account.storedInPlace(storePlaces.write, request.submittedMs)
    this.#landed(request)
  }

  #landed(request: TimedRequest): void {
    request.slot?.release()
    request.slot = undefined
    if (request.fault !== undefined) this.#failed ??= request
    this.#free.push(request)
  }
}
