import type { RowPair } from '@lunkit/statistics'
import type { AskingNexus } from '../commands/asking-nexus.ts'
import type { BlockRange } from '../commands/execution.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import type { PortAccess } from '../unit/port-access.ts'
import type { AttentionQueue } from '../unit/unit-attentions.ts'
import type { UnitMemory } from '../unit/unit-memory.ts'
import type { ServedType } from './served-type.ts'

/** A task set as its tasks know it. */
export interface TaskHome<Self> {
  readonly type: ServedType
  /** For what commands do not get from transports. */
  readonly memory: UnitMemory
  /** The task has ended and nothing of it runs any more. */
  leave(task: Self): void
  /** The task holds these blocks from now on, and hears by `occupied` when nobody else does. */
  occupy(task: Self, range: BlockRange): void
  /** An operation of an aborted task does not return. */
  quarantine(): void
}

/** Where a task is: a logical unit as one nexus sees it, as the task knows it. */
export interface TaskPlace<Self> {
  readonly nexus: AskingNexus
  readonly unit: LogicalUnit
  readonly tasks: TaskHome<Self>
  /** Through the nexus's port. */
  readonly access: PortAccess
  /** The nexus may not write through this number. */
  readonly writeProtected: boolean
  readonly attentions: AttentionQueue
  /** Where the unit is counted, and where the nexus is at this unit. */
  readonly rows: RowPair
  /** Tasks of this nexus in the unit's task set, kept by the task set. */
  taskCount: number
}
