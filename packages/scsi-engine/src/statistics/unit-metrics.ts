import { StoreOperation } from '@lunkit/backstores/store'
import { SenseKey } from '@lunkit/scsi'
import { type Block, declare } from '@lunkit/statistics'
import { BY_MOVING_OPERATION, BY_OPERATION } from './operation.ts'

const counter = (unit: string, help: string) => ({ kind: 'counter', unit, help }) as const
const gauge = (unit: string, help: string) => ({ kind: 'gauge', unit, help }) as const
const duration = (help: string) => ({ kind: 'histogram', unit: 'seconds', help }) as const
const senseKeys = Object.keys(SenseKey) as (keyof typeof SenseKey)[]

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
    storeDuration: {
      ...duration('how long operations of the store took'),
      by: { label: 'operation', values: Object.values(StoreOperation) },
    },
    tasks: gauge('tasks', 'tasks there are now'),
    checkConditions: {
      ...counter('commands', 'commands that ended with CHECK CONDITION, by sense key'),
      by: { label: 'sense_key', values: senseKeys },
    },
    refusals: {
      ...counter('commands', 'commands that ended with another status than GOOD and CHECK CONDITION'),
      by: { label: 'status', values: ['busy', 'reservation_conflict', 'task_set_full'] },
    },
    resets: counter('resets', 'resets of the unit, of its target or of its device'),
    aborts: counter('functions', 'ABORT TASK functions that found their task'),
    abortsWithoutTask: counter('functions', 'ABORT TASK functions that did not'),
  },
})

/** What is counted of each logical unit as one initiator uses it through one target. */
export const nexusMetrics = declare({
  name: 'nexus',
  labels: ['target', 'initiator', 'unit'],
  metrics: {
    ...COMMANDS,
    duration: duration('from when the device server has a command to its status, of all but aborted ones'),
  },
})

/** The memory that units are counted in. */
export type UnitBlock = Block<'unit', typeof unitMetrics.metrics>
/** The memory that nexuses are counted in. */
export type NexusBlock = Block<'target' | 'initiator' | 'unit', typeof nexusMetrics.metrics>
