import { type Row, RowPair, Settlement } from '@lunkit/statistics'
import type { OperationPlaces } from './operation-places.ts'
import type { UnitAccount } from './unit-account.ts'
import { nexusMetrics, unitMetrics } from './unit-metrics.ts'

const unitAt = unitMetrics.at
const nexusAt = nexusMetrics.at

/** Who knows how many tasks of a nexus there are at a unit. */
export interface Tasks {
  readonly taskCount: number
}

/** Where the commands of one nexus at one logical unit are counted: for both. */
export class NexusAccount {
  readonly unit: UnitAccount
  /** That of the unit and that of the nexus. */
  readonly #rows: RowPair
  /** Of how many tasks there are, which is known anyway: the rows are told once for all commands of a turn. */
  readonly tasks: Settlement
  #toldTasks = 0

  constructor(unit: UnitAccount, row: Row, of: Tasks) {
    this.unit = unit
    this.#rows = new RowPair(unit.row, row)
    this.tasks = new Settlement(() => this.#tell(of.taskCount))
  }

  #tell(tasks: number): void {
    const by = tasks - this.#toldTasks
    this.#toldTasks = tasks
    this.#rows.add(unitAt.tasks, nexusAt.tasks, by)
  }

  /** A command has ended with a status of its own, after so many milliseconds, and has moved so many bytes. */
  ended(places: OperationPlaces, milliseconds: number, bytes: number): void {
    const rows = this.#rows
    rows.add(places.commands, places.nexusCommands, 1)
    rows.observe(places.duration, nexusAt.duration, milliseconds)
    if (places.bytes !== undefined && places.nexusBytes !== undefined) rows.add(places.bytes, places.nexusBytes, bytes)
  }

  /** A command was ended from outside. */
  aborted(): void {
    this.#rows.add(unitAt.abortedCommands, nexusAt.abortedCommands, 1)
  }
}
