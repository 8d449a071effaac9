import type { Services } from '../services.ts'
import type { TaskSet } from '../task/task-set.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import type { ITNexus } from './it-nexus.ts'

/** A SCSI target port: for iSCSI, a target portal group (RFC 7143 4.4.1). */
export interface TargetPort {
  readonly targetName: string
  /** The target portal group tag. */
  readonly tag: number
  /** RELATIVE TARGET PORT IDENTIFIER of the Device Identification VPD page, 1 to 65535. */
  readonly relativePortId: number
}

/** What a nexus knows of the device that it leads to. */
export interface Topology {
  readonly services: Services
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
  nexusesOfTarget(targetName: string): ITNexus[]
  /** A nexus was closed. */
  closed(nexus: ITNexus): void
}
