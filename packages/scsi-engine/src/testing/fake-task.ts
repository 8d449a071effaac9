import {
  PIECE_BYTES,
  type Piece,
  type PieceReceiver,
  type RoomReceiver,
  type Status,
  type Task,
  TaskAttribute,
} from '@lunkit/scsi/transport'
import type { Slab, Slot } from '@lunkit/wire'

/** What a task is made of; what is left out is a SIMPLE task without data. */
export interface FakeTaskOptions {
  readonly cdb: Uint8Array
  readonly tag?: number
  readonly lun?: number
  readonly attribute?: TaskAttribute
  readonly readBytes?: number
  /** The initiator's data-out. */
  readonly data?: Uint8Array
  /** Data-out and room come only when the test says so. */
  readonly slow?: boolean
}

let tags = 1

/** A task of a transport that does at once what it is asked, or when told to, and keeps what it hears. */
export class FakeTask implements Task {
  readonly tag: number
  readonly lun: number
  readonly attribute: TaskAttribute
  readonly cdb: Uint8Array
  readonly readBytes: number
  readonly writeBytes: number
  execution: object | undefined = undefined
  /** How the task ended: a status, or `silently`. */
  ending: Status | 'silently' | undefined
  sense: Uint8Array | undefined
  /** What `dataLength` was told, and what was solicited. */
  lengthBytes: number | undefined
  expectedBytes = 0
  /** Slots that were sent and that the socket has not taken yet. */
  readonly unsent: Slot[] = []
  readonly #slab: Slab
  readonly #data: Uint8Array
  readonly #slow: boolean
  readonly #sent: Buffer[] = []
  #received = 0
  #receiver: PieceReceiver | undefined
  #roomReceiver: RoomReceiver | undefined
  readonly #ends: (() => void)[] = []
  #cancelWish: (() => void) | undefined

  constructor(slab: Slab, options: FakeTaskOptions) {
    const { cdb, tag = tags++, lun = 0, attribute = TaskAttribute.simple, readBytes = 0, data, slow = false } = options
    this.#slab = slab
    this.cdb = new Uint8Array(16)
    this.cdb.set(cdb)
    this.tag = tag
    this.lun = lun
    this.attribute = attribute
    this.readBytes = readBytes
    this.#data = data ?? new Uint8Array(0)
    this.writeBytes = this.#data.length
    this.#slow = slow
  }

  /** What was sent as data-in. */
  get sent(): Buffer {
    return Buffer.concat(this.#sent)
  }

  /** It was asked for a piece, and does not wait for memory. */
  get wantsPiece(): boolean {
    return this.#receiver !== undefined && this.#cancelWish === undefined
  }

  get wantsRoom(): boolean {
    return this.#roomReceiver !== undefined
  }

  /** Resolves when the task has ended. */
  ended(): Promise<this> {
    if (this.ending !== undefined) return Promise.resolve(this)
    return new Promise(resolve => this.#ends.push(() => resolve(this)))
  }

  dataLength(lengthBytes: number): void {
    this.#alive('dataLength')
    this.lengthBytes = lengthBytes
  }

  expectData(lengthBytes: number): void {
    this.#alive('expectData')
    if (lengthBytes > this.writeBytes) throw new Error(`${lengthBytes} bytes are expected of ${this.writeBytes}`)
    this.expectedBytes = lengthBytes
  }

  receive(receiver: PieceReceiver): void {
    this.#alive('receive')
    if (this.#receiver) throw new Error('a piece was asked for twice')
    if (this.#received >= this.expectedBytes) throw new Error('a piece was asked for that does not exist')
    this.#receiver = receiver
    if (!this.#slow) this.deliver()
  }

  /** Hands the next piece over, or does so when there is memory for it. */
  deliver(): void {
    if (!this.#receiver) throw new Error('nobody asked for a piece')
    const lengthBytes = Math.min(PIECE_BYTES, this.expectedBytes - this.#received)
    const slot = this.#slab.take(lengthBytes)
    if (slot) this.#handOver({ slot, lengthBytes })
    else this.#cancelWish = this.#slab.takeLater(lengthBytes, late => this.#handOver({ slot: late, lengthBytes }))
  }

  #handOver(piece: Piece): void {
    const receiver = this.#receiver
    this.#receiver = undefined
    this.#cancelWish = undefined
    const { slot, lengthBytes } = piece
    slot.bytes.set(this.#data.subarray(this.#received, this.#received + lengthBytes))
    this.#received += lengthBytes
    receiver?.receivePiece(piece)
  }

  room(_lengthBytes: number, receiver: RoomReceiver): boolean {
    this.#alive('room')
    if (!this.#slow) return true
    this.#roomReceiver = receiver
    return false
  }

  /** Makes room for the piece that waits. */
  makeRoom(): void {
    const receiver = this.#roomReceiver
    if (!receiver) throw new Error('nobody waits for room')
    this.#roomReceiver = undefined
    receiver.roomMade()
  }

  send(data: Uint8Array, slot?: Slot): void {
    this.#alive('send')
    this.#sent.push(Buffer.from(data))
    slot?.release()
  }

  finish(status: Status, sense?: Uint8Array): void {
    this.#alive('finish')
    this.sense = sense
    this.#end(status)
  }

  terminate(status?: Status): void {
    this.#alive('terminate')
    this.#end(status ?? 'silently')
  }

  #end(ending: Status | 'silently'): void {
    this.ending = ending
    this.#receiver = undefined
    this.#roomReceiver = undefined
    this.#cancelWish?.()
    for (const end of this.#ends) end()
  }

  #alive(what: string): void {
    if (this.ending !== undefined) throw new Error(`${what} was called after the task had ended`)
  }
}
