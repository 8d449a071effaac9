import type { DeviceAnswer, DeviceCommand, StoreFault, StoreRequest } from '@lunkit/backstores/store'
import type { FieldPointer, SenseCode } from '@lunkit/scsi'
import type { Piece, Status, Task } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import type { AskingNexus } from './asking-nexus.ts'
import type { DeviceType } from './device-type.ts'

/** A range of logical blocks that a command touches, for the ordering matrix. */
export interface BlockRange {
  readonly lba: number
  readonly blocks: number
}

/** What may be said beside a sense code. */
export interface SenseDetail {
  /** Where in the CDB or the parameter list the illegal value lies. */
  readonly pointer?: FieldPointer
  /** The INFORMATION field: an LBA, or a byte offset for a miscompare. */
  readonly information?: number
  /** Whether this error came up after an earlier command had ended with GOOD (SPC-5). */
  readonly deferred?: boolean
}

/** A parameter list or a block of data, whole and verified; `release` it once. */
export interface ParameterList {
  readonly bytes: Uint8Array
  readonly slot: Slot
  release(): void
}

/** A task in the hands of its command: what it may look at, and the ways to move data and to end. */
export interface Execution {
  readonly task: Task
  readonly unit: LogicalUnit
  readonly type: DeviceType
  readonly nexus: AskingNexus
  /** The LUN by which this nexus sees the unit is read-only, or the unit is. */
  readonly writeProtected: boolean
  /** True once the task was terminated: a command that waits in between stops then, and ends nothing. */
  readonly terminated: boolean

  /** So many bytes of the medium are counted for it, not as many as its CDB names. */
  concerns(bytes: number): void
  /** Ends with GOOD and no data. */
  good(): void
  /**
   * Sends `data`, cut to `allocationLength`, as data-in and ends with GOOD; nothing, once the task was terminated. The
   * bytes must not change afterwards.
   */
  reply(data: Uint8Array, allocationLength: number): void
  /** Ends with CHECK CONDITION. */
  fail(code: SenseCode, detail?: SenseDetail): void
  /** Ends with another status: RESERVATION CONFLICT, BUSY. */
  end(status: Status): void
  /** Ends as a device has answered: with its status, and with its sense data as it is. */
  endAs(answer: Pick<DeviceAnswer, 'status' | 'sense'>): void
  /** Ends with the sense that the fault of this operation has (one typed table of operation and fault). */
  failStore(request: StoreRequest): void

  /**
   * Takes `lengthBytes` of data-out in one piece (256 KiB at most). Undefined when the task was terminated meanwhile, or
   * when the initiator sent fewer: the command was ended then with the right sense.
   */
  parameters(lengthBytes: number): Promise<ParameterList | undefined>
  /** Runs one store operation and resolves when it has ended; also after the task was terminated. */
  operate(prepare: (request: StoreRequest) => void): Promise<StoreFault | undefined>
  /**
   * Takes transfer memory of this process, waiting in line where it is short, or where the unit has its part of it.
   * Undefined when the task was terminated meanwhile.
   */
  memory(lengthBytes: number): Promise<Slot | undefined>

  /** Reads bytes of the medium and sends them as the command's data-in, piece by piece; ends the task. */
  readMedium(offset: number, lengthBytes: number, fua: boolean): void
  /** Writes the command's data-out to bytes of the medium, piece by piece; ends the task. */
  writeMedium(offset: number, lengthBytes: number, fua: boolean): void
  /** Hands a command to the device that the unit passes through; also after the task was terminated. */
  execute(command: DeviceCommand): Promise<DeviceAnswer>
  /**
   * Takes transfer memory for data-in once the transport has room for so much. Undefined when the task was terminated meanwhile;
   * else it is sent, or released, once.
   */
  roomAndMemory(lengthBytes: number): Promise<Slot | undefined>
  /**
   * Takes memory of the device that the unit passes through, for data that no slot of the slab holds, waiting in line. Undefined when the
   * task was terminated meanwhile.
   */
  longMemory(lengthBytes: number): Promise<Slot | undefined>
  /** Waits until the transport has room for so much data-in, which is kept for the task then; false once the task was terminated. */
  room(lengthBytes: number): Promise<boolean>

  /** The next piece of data-out, after `task.expectData`; undefined when the task was terminated. */
  piece(): Promise<Piece | undefined>
  /**
   * For a command that learns its blocks from its data (UNMAP; its row says `order: 'free'`): holds this range, and only
   * this, as an `exclusive` command does; resolves when all who hold a block of it have let go, or the task was terminated.
   */
  occupy(range: BlockRange): Promise<void>
  /** Keeps the task among those that others wait for until `letGo`, also after its end (an IMMED operation). */
  hold(): void
  letGo(): void
}
