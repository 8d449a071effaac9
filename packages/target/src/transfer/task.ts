import { ScsiResponse, SenseSegment } from '@lunkit/pdu'
import {
  type Nexus,
  type PieceReceiver,
  type RoomReceiver,
  Status,
  type Task,
  TaskAttribute,
} from '@lunkit/scsi/transport'
import { dataView, type Slot } from '@lunkit/wire'
import type { ConnectionCounts } from '../connection/connection-counts.ts'
import type { EngineDepth } from '../connection/engine-depth.ts'
import type { CommandWindow, HeldRequest } from '../session/command-window.ts'
import type { Tagged } from '../session/tag-table.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import { CdbMemory, HEADER_CDB_BYTES } from './command-header.ts'
import { DataIn, type DataInConnection, type DataInSession } from './data-in.ts'
import { DataOut } from './data-out.ts'
import type { HeldMemory } from './held-memory.ts'
import { conditionSense, type IscsiCondition } from './iscsi-condition.ts'
import { writeResidual } from './residual.ts'

/** Where a task is in its life. */
export const TaskLife = {
  /** Nobody's: it waits to be used again. */
  free: 'free',
  /** It is in, and its turn has not come. */
  arrived: 'arrived',
  /** The device server has it. */
  running: 'running',
  /** Its data broke a rule; the device server was asked to abort it. */
  failing: 'failing',
  /** The device server is done with it; the peer may still owe data that was asked for. */
  ended: 'ended',
} as const
export type TaskLife = (typeof TaskLife)[keyof typeof TaskLife]

/** The connection that a command came on, and is answered on. */
export interface TaskConnection extends DataInConnection {
  readonly engine: EngineDepth
  /** Where it is counted. */
  readonly counts: ConnectionCounts
  /** Set when it is gone: nothing is sent any more. */
  readonly closed: boolean
  /** The task for which a Data-Out is on its way. */
  receiving: IscsiTask | undefined
}

/** The session that a command is of. */
export interface TaskSession extends DataInSession {
  readonly nexus: Nexus
  readonly window: CommandWindow
  readonly memory: HeldMemory
  readonly statistics: TargetStatistics
  readonly solicitor: { want(task: IscsiTask): void; forget(task: IscsiTask): void; run(): void }
  readonly tasks: DataInSession['tasks'] & { immediate: number }
  /** Has a command aborted whose data broke a rule. */
  abortFailed(task: IscsiTask, condition: IscsiCondition): void
  /** Nothing is left of a task. */
  release(task: IscsiTask): void
}

/** A SCSI command of an iSCSI session, as the device server sees it. One object serves many commands. */
export class IscsiTask implements Task, HeldRequest, Tagged<IscsiTask> {
  readonly #session: TaskSession
  /** The connection that the command came on: RFC 7143 4.2.2.1 calls it the command's connection allegiance. */
  connection: TaskConnection
  readonly dataIn: DataIn
  readonly dataOut: DataOut
  readonly cdbMemory = new CdbMemory()

  tag = 0
  lun = 0
  attribute: TaskAttribute = TaskAttribute.untagged
  cdb: Uint8Array = new Uint8Array(HEADER_CDB_BYTES)
  readBytes = 0
  writeBytes = 0
  execution: object | undefined

  /** The logical unit number as it came, in two words. */
  lunHigh = 0
  lunLow = 0
  cmdSN = 0
  immediate = false
  /** Whether it takes a place among the commands in progress: the numbered ones, or those marked for immediate delivery. */
  counted = false
  /** Whether it was entered in the session's register. */
  registered = false
  sameBucket: IscsiTask | undefined
  entered = 0
  life: TaskLife = TaskLife.free
  #presentedBytes = 0
  #status: Status | undefined
  #sense: Uint8Array | undefined

  constructor(session: TaskSession, connection: TaskConnection) {
    this.#session = session
    this.connection = connection
    this.dataIn = new DataIn(this, session)
    this.dataOut = new DataOut(session.memory)
  }

  /** Whether the device server is done with the task and nothing is left to be said. */
  get silent(): boolean {
    return this.life === TaskLife.ended && this.#status === undefined
  }

  /** The logical unit number as it came. */
  get lunField(): bigint {
    return BigInt(this.lunHigh) * 0x1_0000_0000n + BigInt(this.lunLow)
  }

  /** A command is in; it is `arrived` from now on. */
  arrive(): void {
    this.life = TaskLife.arrived
  }

  /** The command will be answered with this status, without the device server. */
  refuse(status: Status): void {
    this.#status = status
  }

  deliver(): void {
    if (!this.immediate) {
      this.counted = true
      this.#session.window.started()
    }
    const refused = this.dataOut.failure !== undefined || this.#status !== undefined
    if (!refused) {
      this.life = TaskLife.running
      return this.#submit()
    }
    this.life = TaskLife.ended
    if (this.dataOut.failure) this.#endWithCondition(this.dataOut.failure)
    this.#conclude()
  }

  /** Gives the command to the device server. */
  #submit(): void {
    const { counts, engine } = this.connection
    counts.delivered()
    engine.into()
    this.#session.nexus.submit(this)
    engine.outOf()
  }

  discard(): void {
    this.#session.release(this)
  }

  dataLength(lengthBytes: number): void {
    this.#presentedBytes = lengthBytes
  }

  expectData(lengthBytes: number): void {
    this.dataOut.expect(lengthBytes)
    if (!this.connection.closed && !this.dataOut.allSolicited) this.#session.solicitor.want(this)
  }

  receive(receiver: PieceReceiver): void {
    this.dataOut.receive(receiver)
    this.#session.solicitor.run()
  }

  room(lengthBytes: number, receiver: RoomReceiver): boolean {
    return !this.connection.closed && this.connection.room.ask(this.dataIn, lengthBytes, receiver)
  }

  send(data: Uint8Array, slot?: Slot): void {
    if (this.life !== TaskLife.running || this.connection.closed) slot?.release()
    else this.dataIn.send(data, slot, Math.min(this.#presentedBytes, this.readBytes))
  }

  finish(status: Status, sense?: Uint8Array): void {
    if (this.life !== TaskLife.running) return
    this.life = TaskLife.ended
    this.#status = status
    this.#sense = sense
    this.#conclude()
  }

  terminate(status?: Status): void {
    if (this.life !== TaskLife.running) return
    this.#session.statistics.add(Counter.commandsAborted)
    this.life = TaskLife.ended
    this.#status = status
    this.dataIn.reset()
    this.#conclude()
  }

  /** The peer broke a rule of data-out: nothing of it is kept, and the command will end with this condition. */
  fail(condition: IscsiCondition): void {
    if (this.dataOut.failure) return
    this.dataOut.failure = condition
    this.dataOut.drop()
    if (this.life !== TaskLife.arrived && this.life !== TaskLife.running) return
    this.#session.statistics.add(Counter.dataOutErrors)
    if (this.life === TaskLife.arrived) return
    this.life = TaskLife.failing
    this.#session.abortFailed(this, condition)
  }

  /** The device server has let go of the failed task. */
  failed(condition: IscsiCondition): void {
    this.life = TaskLife.ended
    this.dataIn.reset()
    this.#endWithCondition(condition)
    this.#conclude()
  }

  /** Nothing more is said of the task; what the peer still owes is drained. */
  silence(): void {
    this.life = TaskLife.ended
    this.#status = undefined
    this.#sense = undefined
    this.#conclude()
  }

  /** The peer owes nothing more. */
  drained(): void {
    if (this.life === TaskLife.ended) this.#conclude()
  }

  /** The session is gone: everything is given back but what the device server still has. */
  abandon(): void {
    this.dataIn.reset()
    this.dataOut.reset()
  }

  /** Makes the object ready for another command. */
  reset(): void {
    this.dataIn.reset()
    this.dataOut.reset()
    this.life = TaskLife.free
    this.counted = false
    this.registered = false
    this.execution = undefined
    this.#presentedBytes = 0
    this.#status = undefined
    this.#sense = undefined
  }

  #endWithCondition(condition: IscsiCondition): void {
    this.#status = Status.checkCondition
    this.#sense = conditionSense(condition)
  }

  /** RFC 7143 11.4.2: the answer waits for the last PDU of all that the peer was asked for. */
  #conclude(): void {
    const session = this.#session
    const { closed } = this.connection
    if (this.dataOut.owed > 0 && !closed) {
      this.dataOut.drop()
      // A peer that heard of an abort may never send what it owes: the command's place is free at once.
      if (this.#status === undefined) this.#uncount()
      session.solicitor.forget(this)
      return
    }
    this.#uncount()
    if (this.#status !== undefined && !closed) this.#respond(this.#status)
    session.release(this)
  }

  #uncount(): void {
    if (!this.counted) return
    this.counted = false
    if (this.immediate) this.#session.tasks.immediate--
    else this.#session.window.finished()
  }

  #respond(status: Status): void {
    const good = (status === Status.good || status === Status.conditionMet) && !this.#sense
    if (good && this.dataIn.endWithStatus(status, this.#presentedBytes)) return
    this.dataIn.endWithoutStatus()
    const { outbox } = this.connection
    const out = outbox.answer(ScsiResponse)
    out.initiatorTaskTag = this.tag
    out.status = status
    out.expDataSN = this.dataIn.pdus
    const expectedBytes = this.writeBytes > 0 ? this.writeBytes : this.readBytes
    writeResidual(out, good ? this.#presentedBytes : this.#presentedWithError(expectedBytes), expectedBytes)
    if (this.#sense) outbox.endWith(senseSegment(this.#sense))
    else outbox.end()
  }

  /**
   * A command that ended early counts as long as what it has moved; not so one that is longer than was expected, which
   * would not have been moved whole by any end (RFC 7143 11.4.5.1: the overflow is of the expected length).
   */
  #presentedWithError(expectedBytes: number): number {
    if (this.#presentedBytes > expectedBytes) return this.#presentedBytes
    const inBytes = this.writeBytes > 0 ? this.dataOut.receivedBytes : this.dataIn.takenBytes
    return Math.min(inBytes, this.#presentedBytes)
  }
}

/** RFC 7143 11.4.7: sense data behind its length. */
function senseSegment(sense: Uint8Array): Uint8Array {
  const segment = new Uint8Array(SenseSegment.size + sense.length)
  SenseSegment.compose(dataView(segment)).senseLength = sense.length
  segment.set(sense, SenseSegment.size)
  return segment
}
