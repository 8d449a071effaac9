import type { StoreFault, StoreRequest } from '@lunkit/backstores/store'
import type { Cdb, CdbView, FieldPointer, SenseCode } from '@lunkit/scsi'
import type { Piece, Status, Task } from '@lunkit/scsi/transport'
import { callback, checkOptions, flag, type OptionDomains, object, oneOf, required, type Slot } from '@lunkit/wire'
import type { ITNexus } from '../nexus/it-nexus.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'

/**
 * How a command stands to another nexus's reservation and to write protection (SPC-2 reservations, SPC-5 persistent
 * reservations). A row without it does not compile.
 */
export const Access = {
  /** Runs whatever anybody reserved, and on units that are not there: INQUIRY, REPORT LUNS, REQUEST SENSE, RELEASE. */
  any: 'any',
  /** Looks at the unit or its medium. */
  read: 'read',
  /** Changes the medium: refused on a write-protected unit too. */
  write: 'write',
  /** Changes the unit's state, not its medium: MODE SELECT, START STOP UNIT, RESERVE. */
  control: 'control',
} as const
export type Access = (typeof Access)[keyof typeof Access]

/** The row and column of the task set's ordering matrix that a command takes. */
export const Order = {
  /** Waits for nobody and nobody waits for it. */
  free: 'free',
  read: 'read',
  write: 'write',
  /** UNMAP, WRITE SAME, COMPARE AND WRITE: holds its range against reads and writes. */
  exclusive: 'exclusive',
  flush: 'flush',
} as const
export type Order = (typeof Order)[keyof typeof Order]

/** A range of logical blocks that a command touches, for the ordering matrix. */
export interface BlockRange {
  readonly lba: number
  readonly blocks: number
}

/** What a unit attention does when the command arrives while one waits (SAM-5 5.14). */
export const Attention = {
  /** The command ends with CHECK CONDITION and the attention is cleared: nearly every command. */
  reports: 'reports',
  /** The command runs and the attention stays: INQUIRY, REPORT LUNS. */
  keeps: 'keeps',
  /** The command itself returns the attention as its data: REQUEST SENSE. */
  returns: 'returns',
} as const
export type Attention = (typeof Attention)[keyof typeof Attention]

/** What may be said beside a sense code. */
export interface SenseDetail {
  /** Where in the CDB or the parameter list the illegal value lies. */
  readonly pointer?: FieldPointer
  /** The INFORMATION field: an LBA, or a byte offset for a miscompare. */
  readonly information?: number
  /** Whether this error came up after an earlier command had ended with GOOD (SPC-5). */
  readonly deferred?: boolean
}

/** One row of the command table. */
export interface Command<C extends Cdb = Cdb> {
  readonly cdb: C
  /**
   * Which way its data goes. A command of an initiator that has data for the other way is refused (RFC 7143 11.3.1: R and
   * W say the direction): nothing of it could be done, so that GOOD would say what is not so.
   */
  readonly data: 'none' | 'in' | 'out'
  /** Whether this CDB has data at all; left out where every CDB of the command has some, or none. */
  readonly hasData?: (cdb: CdbView<C>) => boolean
  /**
   * Whether it runs, and moves nothing, where the initiator has data for the other way: READ, for which libiscsi's suite
   * wants GOOD (iSCSIResiduals.Read10Invalid); the residual says that nothing was moved.
   */
  readonly runsContrary?: boolean
  readonly access: Access
  readonly order: Order
  /** `reports` when left out. */
  readonly attention?: Attention
  /** Whether this unit has the command; left out for a command every unit has. Decides dispatch and RSOC alike. */
  readonly when?: (unit: LogicalUnit) => boolean
  /** The blocks it touches; left out, `order` concerns the whole unit. */
  readonly range?: (cdb: CdbView<C>, unit: LogicalUnit) => BlockRange
  /** Whether it still runs while the unit is stopped, unavailable or quarantined (SPC-5 NOT READY rules). */
  readonly whileNotReady?: boolean
  /**
   * Does the command. Called when the task is enabled and attention, reservation, write protection, readiness and the
   * CDB's reserved bits were checked. A promise that rejects is a bug of ours, never a way to report an error.
   */
  readonly run: (execution: Execution, cdb: CdbView<C>) => void | Promise<void>
}

const ROW: OptionDomains = {
  cdb: required(
    object('a CDB, as cdb() declares it', cdb => Number.isInteger((cdb as { readonly opcode?: unknown }).opcode)),
  ),
  data: required(oneOf(['none', 'in', 'out'])),
  hasData: callback,
  runsContrary: flag,
  access: required(oneOf(Object.values(Access))),
  order: required(oneOf(Object.values(Order))),
  attention: oneOf(Object.values(Attention)),
  when: callback,
  range: callback,
  whileNotReady: flag,
  run: required(callback),
}

/** @throws {TypeError} or {RangeError} for what is no row of a command table. */
export const checkRow = (name: string, row: unknown): void => checkOptions(name, row, ROW)

/**
 * Makes a row with its CDB's view inferred.
 * @throws {TypeError} or {RangeError} for a row that cannot be.
 */
export function command<C extends Cdb>(row: Command<C>): Command<C> {
  checkRow('command', row)
  return row
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
  readonly nexus: ITNexus
  /** The LUN by which this nexus sees the unit is read-only, or the unit is. */
  readonly writeProtected: boolean
  /** True once the task was terminated: a command that waits in between stops then, and ends nothing. */
  readonly terminated: boolean

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
