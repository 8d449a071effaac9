import { RowPair } from '@lunkit/statistics'
import type { AskingNexus } from '../commands/asking-nexus.ts'
import type { NexusSeat } from '../statistics/nexus-seat.ts'
import type { TaskExecution } from '../task/task-execution.ts'
import type { TaskPlace } from '../task/task-place.ts'
import type { TaskSet } from '../task/task-set.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import type { PortAccess } from '../unit/port-access.ts'
import { AttentionQueue } from '../unit/unit-attentions.ts'

/** Where nexuses get the rows that they are counted in. */
export interface NexusSeats {
  /** The row of an initiator at a unit. */
  take(initiatorName: string, unit: LogicalUnit): NexusSeat
  /** The nexus that had it does not see the unit any more. */
  leave(initiatorName: string, unit: LogicalUnit, seat: NexusSeat): void
}

/** What an I_T_L nexus is made of, beside its nexus and its number. */
interface ITLNexusParts {
  readonly tasks: TaskSet
  readonly writeProtected: boolean
  readonly seats: NexusSeats
}

/** An I_T_L nexus (SAM-5 4.8): a logical unit as one nexus sees it, under one number. */
export class ITLNexus implements TaskPlace<TaskExecution> {
  readonly nexus: AskingNexus
  readonly lun: number
  readonly tasks: TaskSet
  readonly unit: LogicalUnit
  /** The nexus may not write through this number; asked when a task is enabled. */
  writeProtected: boolean
  readonly access: PortAccess
  readonly attentions: AttentionQueue
  readonly #seats: NexusSeats
  /** Where it is counted, from its first command on. */
  #seat: NexusSeat | undefined
  #rows: RowPair | undefined
  /** Tasks of this nexus in the unit's task set, kept by the task set. */
  taskCount = 0

  constructor(nexus: AskingNexus, lun: number, { tasks, writeProtected, seats }: ITLNexusParts) {
    const { unit } = tasks
    this.#seats = seats
    this.nexus = nexus
    this.lun = lun
    this.tasks = tasks
    this.unit = unit
    this.writeProtected = writeProtected
    this.access = unit.access(nexus.port)
    // What is not there has nothing to report.
    this.attentions = unit.type.exists ? unit.attentions.open(nexus.key) : new AttentionQueue()
  }

  get rows(): RowPair {
    this.#rows ??= this.#open()
    return this.#rows
  }

  #open(): RowPair {
    this.#seat = this.#seats.take(this.nexus.name.initiatorName, this.unit)
    return new RowPair(this.unit.account.row, this.#seat.row)
  }

  /** The nexus does not see the unit any more: what it has counted is kept, once its last task has left. */
  leave(): void {
    const seat = this.#seat
    if (!seat) return
    const { initiatorName } = this.nexus.name
    this.tasks.whenLeft(
      task => task.itl === this,
      () => this.#seats.leave(initiatorName, this.unit, seat),
    )
  }
}
