import { StoreOperation } from '@lunkit/backstores/store'
import { Sense, type SenseCode, SenseKey } from '@lunkit/scsi'
import { TaskManagementFunction } from '@lunkit/scsi/transport'
import { type Block, declare } from '@lunkit/statistics'
import { BY_MOVING_OPERATION, BY_OPERATION } from './operation.ts'

const counter = (unit: string, help: string) => ({ kind: 'counter', unit, help }) as const
const gauge = (unit: string, help: string) => ({ kind: 'gauge', unit, help }) as const
const duration = (help: string) => ({ kind: 'histogram', unit: 'seconds', help }) as const
const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0')

/** What a unit attention is called: ASC and ASCQ, `2a09`. */
export const attentionName = ({ asc, ascq }: SenseCode): string => hexByte(asc) + hexByte(ascq)

const attentions = Object.values(Sense).filter(({ key }) => key === SenseKey.unitAttention)

const unitFunctions = {
  [TaskManagementFunction.abortTask]: 'abort_task',
  [TaskManagementFunction.abortTaskSet]: 'abort_task_set',
  [TaskManagementFunction.clearAca]: 'clear_aca',
  [TaskManagementFunction.clearTaskSet]: 'clear_task_set',
  [TaskManagementFunction.logicalUnitReset]: 'logical_unit_reset',
  [TaskManagementFunction.queryTask]: 'query_task',
  [TaskManagementFunction.queryTaskSet]: 'query_task_set',
  [TaskManagementFunction.queryAsyncEvent]: 'query_async_event',
} as const
/** A task management function of SAM-5 7 that concerns one logical unit. */
export type FunctionName = (typeof unitFunctions)[keyof typeof unitFunctions]
/** Those functions by their numbers. */
export const functionNames: Readonly<Partial<Record<TaskManagementFunction, FunctionName>>> = unitFunctions
const BY_FUNCTION = { label: 'function', values: Object.values(unitFunctions) } as const
const functions = (help: string) => ({ ...counter('functions', help), by: BY_FUNCTION })

const senseKeys = Object.keys(SenseKey) as (keyof typeof SenseKey)[]

const BY_STORE_OPERATION = { label: 'operation', values: Object.values(StoreOperation) } as const

/** What is counted of commands wherever they are counted. */
const COMMANDS = {
  commands: { ...counter('commands', 'commands that have ended with a status of their own'), by: BY_OPERATION },
  abortedCommands: counter('commands', 'commands that task management, or the end of their nexus, has ended'),
  bytes: {
    ...counter('bytes', 'bytes that commands which ended with GOOD have read, written, verified or unmapped'),
    by: BY_MOVING_OPERATION,
  },
} as const

/**
 * What is counted of each logical unit. A command is counted once, when it ends: among `commands` if it has a status of
 * its own, whichever that is; among `abortedCommands` if it was ended by a task management function or with its nexus.
 */
export const unitMetrics = declare({
  name: 'unit',
  labels: ['unit'],
  metrics: {
    ...COMMANDS,
    duration: {
      ...duration('from when the device server has a command to its status, of all but aborted ones'),
      by: BY_OPERATION,
    },
    queueWait: duration('of it, how long commands waited for others of their task set, of those that had to'),
    r2tWait: duration('how long commands waited for data-out that they had asked for'),
    storeInline: {
      ...duration('how long operations of the store took that were done at once'),
      by: BY_STORE_OPERATION,
    },
    storeUring: {
      ...duration('how long reads took that one system call has done together with others'),
      by: { label: 'operation', values: [StoreOperation.read] },
    },
    storeLane: {
      ...duration('how long operations of the store took that a lane has done'),
      by: BY_STORE_OPERATION,
    },
    tasks: gauge('tasks', 'tasks there are now'),
    waitingTasks: gauge('tasks', 'of them, those that wait for others of their task set'),
    checkConditions: {
      ...counter('commands', 'commands that ended with CHECK CONDITION, by sense key'),
      by: { label: 'sense_key', values: senseKeys },
    },
    refusals: {
      ...counter('commands', 'commands that ended with another status than GOOD and CHECK CONDITION'),
      by: { label: 'status', values: ['busy', 'reservation_conflict', 'task_set_full'] },
    },
    resets: counter('resets', 'resets of the unit, of its target or of its device'),
    unitAttentions: {
      ...counter('conditions', 'unit attention conditions that initiators were told of, by ASC and ASCQ'),
      by: { label: 'code', values: attentions.map(attentionName) },
    },
    functionsComplete: functions('task management functions that were answered with FUNCTION COMPLETE'),
    functionsSucceeded: functions('queries that found what they asked for'),
    functionsWithoutTask: functions('those whose task was not there'),
    functionsWithoutUnit: functions('those whose logical unit was not there'),
    functionsRejected: functions('those that were rejected'),
  },
})

/**
 * What is counted of each logical unit as one initiator uses it through one target port. While the initiator has a LUN map of its own
 * with the unit in it, its row stays. Of initiators that have gone, the row `_ended` of target port and unit keeps the totals; of those
 * beyond `COUNTED_INITIATORS` of a target, `_other`.
 */
export const nexusMetrics = declare({
  name: 'nexus',
  labels: ['target', 'tpg', 'initiator', 'unit'],
  metrics: {
    attachments: counter('nexuses', 'nexuses that have begun to use the unit'),
    ...COMMANDS,
    duration: duration('from when the device server has a command to its status, of all but aborted ones'),
    tasks: gauge('tasks', 'tasks there are now'),
    throttledSeconds: counter(
      'seconds',
      'how long limits have held operations of its commands back, those together that waited at the same time',
    ),
  },
})

/** The memory that units are counted in. */
export type UnitBlock = Block<'unit', typeof unitMetrics.metrics>
/** The memory that nexuses are counted in. */
export type NexusBlock = Block<'target' | 'tpg' | 'initiator' | 'unit', typeof nexusMetrics.metrics>
