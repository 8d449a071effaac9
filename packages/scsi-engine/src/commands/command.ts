import type { Cdb, CdbView } from '@lunkit/scsi'
import { callback, checkOptions, flag, type OptionDomains, object, oneOf, required } from '@lunkit/wire'
import { Operation } from '../statistics/operation.ts'
import { Order } from '../task/ordering.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import type { BlockRange, Execution } from './execution.ts'

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
  /** As what it is counted; left out, among the others. */
  readonly operation?: Operation
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
  operation: oneOf(Object.values(Operation)),
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
