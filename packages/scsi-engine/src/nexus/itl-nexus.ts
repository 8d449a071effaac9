import type { Row } from '@lunkit/statistics'
import type { AskingNexus } from '../commands/asking-nexus.ts'
import type { TaskExecution } from '../task/task-execution.ts'
import type { TaskPlace } from '../task/task-place.ts'
import type { TaskSet } from '../task/task-set.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import type { PortAccess } from '../unit/port-access.ts'
import { AttentionQueue } from '../unit/unit-attentions.ts'

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
  /** Where it is counted, from its first command on. */
  #row: Row | undefined
  /** Tasks of this nexus in the unit's task set, kept by the task set. */
  taskCount = 0

  constructor(nexus: AskingNexus, lun: number, { tasks, writeProtected }: { tasks: TaskSet; writeProtected: boolean }) {
    const { unit } = tasks
    this.nexus = nexus
    this.lun = lun
    this.tasks = tasks
    this.unit = unit
    this.writeProtected = writeProtected
    this.access = unit.access(nexus.port)
    // What is not there has nothing to report.
    this.attentions = unit.type.exists ? unit.attentions.open(nexus.key) : new AttentionQueue()
  }

  get row(): Row {
    this.#row ??= this.unit.account.nexus(this.nexus.name)
    return this.#row
  }

  /** The nexus does not see the unit any more: what it has counted is kept with the unit. */
  leave(): void {
    this.#row?.release()
  }
}
