import { TaskManagementFunction as Function } from '@lunkit/pdu'
import { TaskManagementFunction as ScsiFunction } from '@lunkit/scsi/transport'

/** Whose tasks a function is about. */
export const Scope = { task: 'task', unit: 'unit', target: 'target', none: 'none' } as const
export type Scope = (typeof Scope)[keyof typeof Scope]

/** What the transport does about a function. */
export interface FunctionRow {
  /** What the device server calls it; undefined where the transport answers by itself. */
  readonly scsi: ScsiFunction | undefined
  readonly scope: Scope
  /** Whether it ends the tasks in its scope. */
  readonly ends: boolean
  /** Whether its answer waits for data that those were still to be sent, RFC 7143 4.2.3.3. */
  readonly waits?: true
}

/** RFC 7143 11.5.1 and RFC 7144 6.3. */
export const functions: Readonly<Record<Function, FunctionRow>> = {
  [Function.abortTask]: { scsi: ScsiFunction.abortTask, scope: Scope.task, ends: true },
  [Function.abortTaskSet]: { scsi: ScsiFunction.abortTaskSet, scope: Scope.unit, ends: true, waits: true },
  [Function.clearAca]: { scsi: ScsiFunction.clearAca, scope: Scope.unit, ends: false },
  [Function.clearTaskSet]: { scsi: ScsiFunction.clearTaskSet, scope: Scope.unit, ends: true, waits: true },
  [Function.logicalUnitReset]: { scsi: ScsiFunction.logicalUnitReset, scope: Scope.unit, ends: true, waits: true },
  [Function.targetWarmReset]: { scsi: ScsiFunction.targetWarmReset, scope: Scope.target, ends: true, waits: true },
  [Function.targetColdReset]: { scsi: ScsiFunction.targetColdReset, scope: Scope.target, ends: true, waits: true },
  [Function.taskReassign]: { scsi: undefined, scope: Scope.none, ends: false },
  [Function.queryTask]: { scsi: ScsiFunction.queryTask, scope: Scope.task, ends: false },
  [Function.queryTaskSet]: { scsi: ScsiFunction.queryTaskSet, scope: Scope.unit, ends: false },
  [Function.iTNexusReset]: { scsi: ScsiFunction.iTNexusReset, scope: Scope.target, ends: true },
  [Function.queryAsynchronousEvent]: { scsi: ScsiFunction.queryAsyncEvent, scope: Scope.unit, ends: false },
}
