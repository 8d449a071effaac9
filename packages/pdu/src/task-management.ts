import { bits, u8, u32 } from '@lunkit/wire'
import { InitiatorOpcode, TargetOpcode } from './opcode.ts'
import { alwaysFinal, immediate, lun, numberedRequest, numberedResponse, pdu } from './pdu.ts'

/** RFC 7143 11.5.1, and RFC 7144 for what iSCSIProtocolLevel 2 adds (from queryTask on). */
export const TaskManagementFunction = {
  abortTask: 1,
  abortTaskSet: 2,
  clearAca: 3,
  clearTaskSet: 4,
  logicalUnitReset: 5,
  targetWarmReset: 6,
  targetColdReset: 7,
  taskReassign: 8,
  queryTask: 9,
  queryTaskSet: 10,
  iTNexusReset: 11,
  queryAsynchronousEvent: 12,
} as const
export type TaskManagementFunction = (typeof TaskManagementFunction)[keyof typeof TaskManagementFunction]

/** RFC 7143 11.6.1; functionSucceeded is RFC 7144's, for the queries. */
export const TaskManagementResponseCode = {
  functionComplete: 0,
  taskDoesNotExist: 1,
  lunDoesNotExist: 2,
  taskStillAllegiant: 3,
  reassignmentNotSupported: 4,
  functionNotSupported: 5,
  authorizationFailed: 6,
  functionSucceeded: 7,
  functionRejected: 255,
} as const
export type TaskManagementResponseCode = (typeof TaskManagementResponseCode)[keyof typeof TaskManagementResponseCode]

/** Asks that tasks be aborted, or a unit or the target be reset. */
export const TaskManagementRequest = pdu({
  name: 'Task Management Function Request',
  spec: 'RFC 7143 11.5',
  opcode: InitiatorOpcode.taskManagementRequest,
  fields: {
    ...immediate,
    ...alwaysFinal.fields,
    function: bits<TaskManagementFunction>(1, [6, 0], TaskManagementFunction),
    ...lun,
    referencedTaskTag: u32(20),
    ...numberedRequest,
    refCmdSN: u32(32),
    expDataSN: u32(36),
  },
  initial: alwaysFinal.initial,
})

/** Answers it. */
export const TaskManagementResponse = pdu({
  name: 'Task Management Function Response',
  spec: 'RFC 7143 11.6',
  opcode: TargetOpcode.taskManagementResponse,
  fields: {
    ...alwaysFinal.fields,
    response: u8<TaskManagementResponseCode>(2, TaskManagementResponseCode),
    ...numberedResponse,
  },
  initial: alwaysFinal.initial,
})
