import type { TaskSet } from '../task/task-set.ts'
import { type LogicalUnit, UnitKind } from '../unit/logical-unit.ts'
import { AttentionQueue } from '../unit/unit-attentions.ts'
import type { ITNexus } from './it-nexus.ts'

/** An I_T_L nexus (SAM-5 4.8): a logical unit as one nexus sees it, under one number. */
export class ITLNexus {
  readonly nexus: ITNexus
  readonly lun: number
  readonly tasks: TaskSet
  readonly unit: LogicalUnit
  /** The nexus may not write through this number. */
  readonly writeProtected: boolean
  readonly attentions: AttentionQueue
  /** Tasks of this nexus in the unit's task set, kept by the task set. */
  taskCount = 0

  constructor(nexus: ITNexus, lun: number, { tasks, writeProtected }: { tasks: TaskSet; writeProtected: boolean }) {
    const { unit } = tasks
    this.nexus = nexus
    this.lun = lun
    this.tasks = tasks
    this.unit = unit
    this.writeProtected = writeProtected
    // What is not there has nothing to report.
    this.attentions = unit.kind === UnitKind.absent ? new AttentionQueue() : unit.attentions.open(nexus.key)
  }
}
