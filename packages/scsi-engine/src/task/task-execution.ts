import {
  type DeviceAnswer,
  type DeviceCommand,
  type ScsiDevice,
  StoreFault,
  type StoreRequest,
} from '@lunkit/backstores/store'
import { encodeSense, Sense, type SenseCode, type SenseKey } from '@lunkit/scsi'
import { type Piece, type PieceReceiver, type RoomReceiver, Status } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import type { AskingNexus } from '../commands/asking-nexus.ts'
import type { DeviceType } from '../commands/device-type.ts'
import type { BlockRange, Execution, ParameterList, SenseDetail } from '../commands/execution.ts'
import type { Services } from '../services.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import { storeSense } from '../unit/store-sense.ts'
import { ExecutionState, moved } from './execution-state.ts'
import { MediumCall } from './medium-call.ts'
import { ReadTransfer } from './read-transfer.ts'
import { TaskRecord } from './task-record.ts'
import type { TransferOwner } from './transfer-owner.ts'
import { WriteTransfer } from './write-transfer.ts'

/** A task in the hands of its command, from its acceptance until nothing of it runs any more. */
export class TaskExecution
  extends TaskRecord<TaskExecution>
  implements Execution, TransferOwner, PieceReceiver, RoomReceiver
{
  readonly services: Services
  /** Reasons why the task cannot leave its set: the running command, transfers, an operation in the background. */
  #holds = 0
  #terminated = false
  /** What it was given up for, which is not told yet. */
  #abandonedFor: SenseCode | undefined
  #piece: ((piece: Piece | undefined) => void) | undefined
  /** Since when it waits for that piece, which was not there at once. */
  #waitsSinceMs: number | undefined
  #occupied: (() => void) | undefined
  #unwish: (() => void) | undefined
  #reply: Uint8Array | undefined
  /** The last that was asked of the store beside transfers. */
  #call: MediumCall | undefined
  readonly #read = new ReadTransfer(this)
  readonly #write = new WriteTransfer(this)
  readonly #settled = (): void => this.letGo()
  readonly #rejected = (error: unknown): void => {
    this.bug(error)
    this.letGo()
  }

  constructor(services: Services) {
    super()
    this.services = services
  }

  get unit(): LogicalUnit {
    return this.itl.unit
  }

  get type(): DeviceType {
    return this.itl.tasks.type
  }

  get nexus(): AskingNexus {
    return this.itl.nexus
  }

  get source(): string {
    return this.itl.nexus.name.initiatorName
  }

  get writeProtected(): boolean {
    return this.itl.writeProtected || this.itl.access.writeProtection !== undefined
  }

  get terminated(): boolean {
    return this.#terminated
  }

  /** Runs the command of an enabled task. */
  run(): void {
    const { row, cdb } = this
    this.#holds = 1
    try {
      if (!row || !cdb) throw new Error('a task without a command was enabled')
      const promise = row.run(this, cdb)
      if (promise !== undefined) {
        promise.then(this.#settled, this.#rejected)
        return
      }
    } catch (error) {
      this.bug(error)
    }
    this.letGo()
  }

  /** Keeps the task in its set until `letGo` was called as often. */
  hold(): void {
    this.#holds++
  }

  letGo(): void {
    if (--this.#holds > 0) return
    if (this.state === ExecutionState.enabled) this.#endLate()
    this.itl.tasks.leave(this)
  }

  /** Nothing of the task runs any more, and its command has not ended it: it was given up, or there is a bug of ours. */
  #endLate(): void {
    const code = this.#abandonedFor
    if (code) this.#close(Status.checkCondition, code)
    else this.bug(new Error(`${this.row?.cdb.name ?? 'a command'} returned without having ended its task`))
  }

  /** A bug of ours: loud, and never GOOD. */
  bug(error: unknown): void {
    this.services.onBug(error)
    if (this.state === ExecutionState.enabled) this.fail(Sense.internalTargetFailure)
  }

  concerns(bytes: number): void {
    this.account.concerns(bytes)
  }

  good(): void {
    this.#finish(Status.good)
  }

  end(status: Status): void {
    this.#finish(status)
  }

  fail(code: SenseCode, detail?: SenseDetail): void {
    this.#finish(Status.checkCondition, code, detail)
  }

  failStore(request: StoreRequest): void {
    const { operation, fault, cause } = request
    if (fault === undefined) throw new Error(`a ${operation} that did not fail was reported as failed`)
    if (fault === StoreFault.gone && this.unit.endsBefore(request)) {
      // It was on the medium when the command was checked; the medium has become smaller since.
      this.fail(Sense.logicalBlockAddressOutOfRange)
      return
    }
    this.unit.reporter.failed(request)
    const { offset } = cause ?? {}
    const at = offset === undefined ? undefined : { information: Math.floor(offset / this.unit.blockSizeBytes) }
    this.fail(storeSense(operation, fault), at)
  }

  endAs({ status, sense }: Pick<DeviceAnswer, 'status' | 'sense'>): void {
    if (this.#terminated) return
    this.#end(status as Status, senseKeyOf(sense))
    this.task.finish(status as Status, sense.length > 0 ? sense : undefined)
  }

  #finish(status: Status, code?: SenseCode, detail?: SenseDetail): void {
    if (!this.#terminated) this.#close(status, code, detail)
  }

  #close(status: Status, code?: SenseCode, detail?: SenseDetail): void {
    this.#end(status, code?.key)
    this.task.finish(status, code && encodeSense({ code, ...detail }, this.itl.unit.mode.descriptorSense))
  }

  #end(status: Status, key: SenseKey | undefined): void {
    this.state = moved(this.state, ExecutionState.ended)
    this.account.ended(status, key, this)
  }

  /** Ends the task from outside: the initiator is told `status`, or nothing. What runs of it runs to its end. */
  terminate(status?: Status): void {
    this.state = moved(this.state, ExecutionState.ended)
    this.#terminated = true
    this.account.aborted()
    this.task.terminate(status)
  }

  /**
   * Ends the task from outside with CHECK CONDITION: one that has not begun at once, an enabled one when nothing of it runs
   * any more, so that its initiator is not told while the medium may still change.
   */
  abandon(code: SenseCode): void {
    if (this.state === ExecutionState.dormant) this.fail(code)
    else this.#abandonedFor = code
    this.#terminated = true
  }

  /** After `terminate` or `abandon` of an enabled task: what waits for the initiator, the transport or other tasks waits no more. */
  stopWaiting(): void {
    this.hold() // so that the record is not used again before all have heard
    this.#read.cancel()
    this.#write.cancel()
    if (this.#call) this.unit.store.hurry?.(this.#call.request)
    this.#call = undefined
    this.#occupied?.()
    this.#occupied = undefined
    this.#piece?.(undefined)
    this.#piece = undefined
    this.#waitsSinceMs = undefined
    this.#unwish?.()
    this.#unwish = undefined
    if (this.#reply) {
      this.#reply = undefined
      this.letGo()
    }
    this.letGo()
  }

  reply(data: Uint8Array, allocationLength: number): void {
    // Nobody makes room for a task that was ended while a store was asked: it would be held for ever.
    if (this.#terminated) return
    const length = Math.min(data.length, allocationLength)
    this.task.dataLength(length)
    const sent = Math.min(length, this.task.readBytes)
    if (sent === 0) {
      this.good()
      return
    }
    this.#reply = data.subarray(0, sent)
    this.hold()
    if (this.task.room(sent, this)) this.roomMade()
  }

  roomMade(): void {
    const data = this.#reply
    if (!data) return
    this.#reply = undefined
    this.account.resumed()
    this.task.send(data)
    this.good()
    this.letGo()
  }

  readMedium(offset: number, lengthBytes: number, fua: boolean): void {
    this.#read.start(offset, lengthBytes, fua)
  }

  writeMedium(offset: number, lengthBytes: number, fua: boolean): void {
    this.#write.start(offset, lengthBytes, fua)
  }

  async parameters(lengthBytes: number): Promise<ParameterList | undefined> {
    const { task } = this
    task.dataLength(lengthBytes)
    if (task.writeBytes < lengthBytes) {
      this.fail(Sense.invalidFieldInCommandInformationUnitRefused)
      return undefined
    }
    if (lengthBytes > 0) task.expectData(lengthBytes)
    const slot = lengthBytes > 0 ? (await this.piece())?.slot : await this.memory(1)
    if (!slot) return undefined
    return { bytes: slot.bytes.subarray(0, lengthBytes), slot, release: () => slot.release() }
  }

  async piece(): Promise<Piece | undefined> {
    if (this.#terminated) return undefined
    this.account.resumed()
    const askedMs = this.account.atMs
    const piece = await new Promise<Piece | undefined>(resolve => {
      this.#piece = resolve
      this.task.receive(this)
      if (this.#waitsForPiece) this.#waitsSinceMs = askedMs
    })
    if (!piece || !this.#terminated) return piece
    piece.slot.release()
    return undefined
  }

  get #waitsForPiece(): boolean {
    return this.#piece !== undefined
  }

  receivePiece(piece: Piece): void {
    const resolve = this.#piece
    this.#piece = undefined
    if (this.#waitsSinceMs !== undefined) this.account.received(this.#waitsSinceMs)
    this.#waitsSinceMs = undefined
    if (resolve) resolve(piece)
    else piece.slot.release()
  }

  operate(prepare: (request: StoreRequest) => void): Promise<StoreFault | undefined> {
    const call = new MediumCall(this.account)
    call.request.source = this.source
    prepare(call.request)
    this.#call = call
    return call.submit(this.itl.unit.store)
  }

  async execute(command: DeviceCommand): Promise<DeviceAnswer> {
    const answer = await this.#device.execute(command)
    this.account.resumed()
    return answer
  }

  get #device(): ScsiDevice {
    const { device } = this.unit.store
    if (!device) throw new Error(`${this.unit.name} has no device that takes commands`)
    return device
  }

  memory(lengthBytes: number): Promise<Slot | undefined> {
    return this.#wish(give => this.itl.tasks.memory.take(lengthBytes, give))
  }

  async roomAndMemory(lengthBytes: number): Promise<Slot | undefined> {
    const hasRoom = await this.room(lengthBytes)
    return hasRoom ? this.#wish(give => this.services.slab.takeLater(lengthBytes, give)) : undefined
  }

  longMemory(lengthBytes: number): Promise<Slot | undefined> {
    const { longMemory } = this.#device
    return this.#wish(give => longMemory.takeLater(lengthBytes, give))
  }

  room(lengthBytes: number): Promise<boolean> {
    if (this.#terminated) return Promise.resolve(false)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#unwish = () => resolve(false)
    const roomMade = (): void => {
      this.#unwish = undefined
      resolve(true)
    }
    if (this.task.room(lengthBytes, { roomMade })) roomMade()
    return promise
  }

  #wish(take: (give: (slot: Slot) => void) => () => void): Promise<Slot | undefined> {
    if (this.#terminated) return Promise.resolve(undefined)
    const { promise, resolve } = Promise.withResolvers<Slot | undefined>()
    const takeBack = take(slot => {
      this.#unwish = undefined
      resolve(slot)
    })
    // Done already when the slot was there; then neither does anything.
    this.#unwish = () => {
      takeBack()
      resolve(undefined)
    }
    return promise
  }

  occupy(range: BlockRange): Promise<void> {
    if (this.#terminated) return Promise.resolve()
    return new Promise(resolve => {
      this.#occupied = resolve
      this.itl.tasks.occupy(this, range)
    })
  }

  /** The task set: nobody holds the blocks any more that this task waits for. */
  occupied(): void {
    this.#occupied?.()
    this.#occupied = undefined
  }

  override reset(): void {
    super.reset()
    this.#terminated = false
    this.#abandonedFor = undefined
  }
}

const FIXED_KEY_AT = 2
const DESCRIPTOR_KEY_AT = 1
const DESCRIPTOR_FORMAT = 0x72
const KEY_BITS = 0x0f

/** The sense key in sense data of either format; undefined where there is none. */
function senseKeyOf(sense: Uint8Array): SenseKey | undefined {
  if (sense.length <= FIXED_KEY_AT) return undefined
  const isDescriptor = ((sense[0] as number) & DESCRIPTOR_FORMAT) === DESCRIPTOR_FORMAT
  return ((sense[isDescriptor ? DESCRIPTOR_KEY_AT : FIXED_KEY_AT] as number) & KEY_BITS) as SenseKey
}
