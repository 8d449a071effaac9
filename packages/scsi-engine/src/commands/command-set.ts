import { type Cdb, type CdbView, serviceActionOf } from '@lunkit/scsi'
import { arrayOf, checkArgument, object } from '@lunkit/wire'
import { type OperationPlaces, operationPlaces } from '../statistics/command-account.ts'
import { Operation } from '../statistics/operation.ts'
import { rankOf } from '../task/ordering.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import { Access, Attention, type Command, checkRow } from './command.ts'
import type { BlockRange, Execution } from './execution.ts'

/** Why no row of a command set fits a CDB. */
export const Unknown = { opcode: 'unknown opcode', serviceAction: 'unknown service action' } as const
export type Unknown = (typeof Unknown)[keyof typeof Unknown]

/** A row whose CDB's own type does not matter: rows of every CDB stand in one table, and each keeps its own inside. */
export interface AnyCommand extends Omit<Command, 'hasData' | 'range' | 'run'> {
  readonly hasData?: (cdb: never) => boolean
  readonly range?: (cdb: never, unit: LogicalUnit) => BlockRange
  readonly run: (execution: Execution, cdb: never) => void | Promise<void>
}

/** A row as the task set uses it: one shape for all rows, with what is derived from it. */
export class CommandRow {
  readonly command: AnyCommand
  readonly cdb: Cdb
  /** Its row and column in the ordering matrix. */
  readonly rank: number
  /** Whether an attention that waits is reported instead of running the command. */
  readonly reportsAttention: boolean
  /** INQUIRY, REPORT LUNS, REQUEST SENSE: runs at once, whatever the task attribute. */
  readonly neverWaits: boolean
  /** Refused while another nexus holds the unit. */
  readonly obeysReservation: boolean
  readonly changesMedium: boolean
  readonly whileNotReady: boolean
  /** Refused where the initiator has data-out, or data-in, for it. */
  readonly refusesDataOut: boolean
  readonly refusesDataIn: boolean
  /** Where it is counted. */
  readonly places: OperationPlaces
  readonly hasData: ((cdb: CdbView<Cdb>) => boolean) | undefined
  /** What is unknown to a unit that `when` says does not have the command. */
  readonly absence: Unknown
  readonly when: ((unit: LogicalUnit) => boolean) | undefined
  readonly range: ((cdb: CdbView<Cdb>, unit: LogicalUnit) => BlockRange) | undefined
  readonly run: (execution: Execution, cdb: CdbView<Cdb>) => void | Promise<void>

  constructor(command: AnyCommand) {
    const { cdb, access, order, attention = Attention.reports, when, range, run, whileNotReady = false } = command
    const { data, hasData, runsContrary = false, operation = Operation.other } = command
    this.command = command
    this.cdb = cdb
    this.rank = rankOf(order)
    this.reportsAttention = attention === Attention.reports
    this.neverWaits = attention !== Attention.reports
    this.obeysReservation = access !== Access.any
    this.changesMedium = access === Access.write
    this.whileNotReady = whileNotReady
    this.absence = cdb.serviceAction === undefined ? Unknown.opcode : Unknown.serviceAction
    this.refusesDataOut = data === 'in' && !runsContrary
    this.refusesDataIn = data === 'out' && !runsContrary
    this.places = operationPlaces[operation]
    this.when = when
    // Each row is given the view of its own CDB.
    this.hasData = hasData as CommandRow['hasData']
    this.range = range as CommandRow['range']
    this.run = run as CommandRow['run']
  }
}

const ROWS = arrayOf(object(), 'of rows that command() has made')

/**
 * The commands of a kind of logical unit: the only place that dispatches operation codes. What REPORT SUPPORTED
 * OPERATION CODES says comes from the same rows.
 */
export class CommandSet {
  /** By operation code: its row, or its rows by service action. */
  readonly #byOpcode: (CommandRow | (CommandRow | undefined)[] | undefined)[] = new Array(256).fill(undefined)
  readonly #others: CommandRow | undefined
  /** Every row that has a CDB of its own, by operation code and service action. */
  readonly rows: readonly AnyCommand[]

  /**
   * `others` is the row of every CDB that no row of its own has; left out, those are unknown.
   * @throws {RangeError} when two rows claim the same operation code and service action. {TypeError} or {RangeError} for what are
   * no rows.
   */
  constructor(rows: readonly AnyCommand[], others?: AnyCommand) {
    checkArgument('CommandSet: rows', rows, ROWS)
    for (const [at, row] of rows.entries()) checkRow(`CommandSet: rows[${at}]`, row)
    if (others) checkRow('CommandSet: others', others)
    this.#others = others && new CommandRow(others)
    for (const command of rows) this.#add(command)
    this.rows = [...rows].sort((a, b) => sortKey(a.cdb) - sortKey(b.cdb))
  }

  /** The row for a CDB, whatever else it says, or what is unknown about it. */
  find(cdb: Uint8Array): CommandRow | Unknown {
    const entry = this.#byOpcode[cdb[0] as number]
    if (entry === undefined) return this.#others ?? Unknown.opcode
    if (!Array.isArray(entry)) return entry
    return entry[serviceActionOf(cdb)] ?? this.#others ?? Unknown.serviceAction
  }

  #add(command: AnyCommand): void {
    const row = new CommandRow(command)
    const { name, opcode, serviceAction } = row.cdb
    const there = this.#byOpcode[opcode]
    if (serviceAction === undefined) {
      if (there) throw new RangeError(`${name}: operation code ${opcode.toString(16)}h is taken`)
      this.#byOpcode[opcode] = row
      return
    }
    if (there && !Array.isArray(there))
      throw new RangeError(
        `${name}: operation code ${opcode.toString(16)}h is taken by ${there.cdb.name} without service actions`,
      )
    const actions = there ?? new Array<CommandRow | undefined>(32).fill(undefined)
    if (actions[serviceAction])
      throw new RangeError(`${name}: service action ${serviceAction.toString(16)}h of ${opcode.toString(16)}h is taken`)
    actions[serviceAction] = row
    this.#byOpcode[opcode] = actions
  }
}

const sortKey = ({ opcode, serviceAction }: Cdb): number => opcode * 32 + (serviceAction ?? 0)
