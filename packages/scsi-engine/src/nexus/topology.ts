import type { NexusListener } from '@lunkit/scsi/transport'
import type { Services } from '../services.ts'
import type { CountedInitiators } from '../statistics/counted-initiators.ts'
import type { TaskSet } from '../task/task-set.ts'
import type { KnownNexus } from '../unit/known-nexus.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import type { ITLNexus } from './itl-nexus.ts'

/** An open nexus, as what concerns the whole target knows it. */
export interface ToldNexus {
  readonly listener: NexusListener
  /** What it saw before by a number, or by any, and where a task of it has not left. */
  former(lun?: number): Iterable<ITLNexus>
}

/** What a nexus knows of the device that it leads to. */
export interface Topology {
  readonly services: Services
  /** Who is counted by name. */
  readonly initiators: CountedInitiators
  /** The task sets of what is not there, of LUN 0 where none is mapped, and of the REPORT LUNS well-known unit. */
  readonly absent: TaskSet
  readonly lunZero: TaskSet
  readonly wellKnown: TaskSet
  /** Every task set, special ones included. */
  taskSets(): Iterable<TaskSet>
  /** @throws {Error} for a unit of another device, or one that was removed. */
  taskSetOf(unit: LogicalUnit): TaskSet
  /** The task sets of all units that can be seen through a target. */
  taskSetsOfTarget(targetName: string): TaskSet[]
  /** The open nexuses with a target. */
  nexusesOfTarget(targetName: string): readonly ToldNexus[]
  /** A nexus was closed. */
  closed(nexus: KnownNexus): void
}
