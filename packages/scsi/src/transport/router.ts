import type { Task } from './task.ts'

/** SAM-5 7: what an initiator may ask of tasks it cannot name by a command. */
export const TaskManagementFunction = {
  abortTask: 1,
  abortTaskSet: 2,
  clearAca: 3,
  clearTaskSet: 4,
  logicalUnitReset: 5,
  targetWarmReset: 6,
  targetColdReset: 7,
  queryTask: 9,
  queryTaskSet: 10,
  iTNexusReset: 11,
  queryAsyncEvent: 12,
} as const
export type TaskManagementFunction = (typeof TaskManagementFunction)[keyof typeof TaskManagementFunction]

/** SAM-5 7.1, table 46: the service responses of a task management function. */
export const TaskManagementResponse = {
  complete: 'complete',
  /** The query found what was asked for. */
  succeeded: 'succeeded',
  rejected: 'rejected',
  incorrectLun: 'incorrectLun',
  taskDoesNotExist: 'taskDoesNotExist',
} as const
export type TaskManagementResponse = (typeof TaskManagementResponse)[keyof typeof TaskManagementResponse]

/** A task management function on its way. */
export interface TaskManagementRequest {
  readonly function: TaskManagementFunction
  /** As in `Task.lun`; not looked at by the target resets. */
  readonly lun: number
  /** The tag of the task meant; only ABORT TASK and QUERY TASK have one. */
  readonly tag?: number
  /** The transport gives up a command whose data broke a rule: no initiator has asked, so that it is not counted. */
  readonly unasked?: true
  /**
   * Called once. Not before every task the function aborts has ended with nothing left that may change the medium.
   */
  done(response: TaskManagementResponse): void
}

/** Both ends of an I_T nexus by name, SAM-5 4.8: reservations and unit attentions are kept by it. */
export interface NexusName {
  /** The initiator's iSCSI name. */
  readonly initiatorName: string
  /** The initiator's session identifier, 48 bits (RFC 7143 11.12.5). */
  readonly isid: number
  /** The target's iSCSI name. */
  readonly targetName: string
  readonly targetPortalGroupTag: number
}

/** Why a nexus ends; every way but the last is an I_T nexus loss to the logical units (SAM-5 6.3.4). */
export const NexusEnd = {
  logout: 'logout',
  lost: 'lost',
  reinstated: 'reinstated',
  /** A new connection takes the place of the session's, and the same nexus is opened again at once (RFC 7143 6.3.4). */
  connectionReinstated: 'connectionReinstated',
} as const
export type NexusEnd = (typeof NexusEnd)[keyof typeof NexusEnd]

/** One I_T nexus as its transport holds it; there is one for each normal session. */
export interface Nexus {
  /**
   * Takes a task. The device server may drive and even end it before this returns, or at any time later. The transport
   * calls it in command order, when the command's PDU with its immediate data is in.
   */
  submit(task: Task): void
  /** Runs a task management function. Tasks submitted before it are affected, later ones are not. */
  manage(request: TaskManagementRequest): void
  /** The transport has answered a function by itself, of a task that the device server does not have: it is only counted. */
  answered(what: Pick<TaskManagementRequest, 'function' | 'lun'>, response: TaskManagementResponse): void
  /**
   * Ends the nexus: every task of it is terminated without a status, and `ended` is called when no operation is left
   * that may change the medium.
   */
  close(why: NexusEnd, ended: () => void): void
}

/** What the transport hears from the logical units of a nexus. */
export interface NexusListener {
  /** The list of logical units that the nexus sees has changed (an asynchronous event may tell the initiator). */
  lunsChanged?(): void
  /** SAM-5 7.8: a reset that ends sessions (TARGET COLD RESET) was performed for another nexus. */
  reset?(): void
}

/** The device server's front: the scsi-engine implements it, once a target portal group. */
export interface TaskRouter {
  /**
   * Begins an I_T nexus. A nexus of the same name must have been closed before, and its `ended` been called. `view` says whose
   * LUN map it sees: that of its initiator when left out.
   */
  open(name: NexusName, listener: NexusListener, view?: string): Nexus
}
