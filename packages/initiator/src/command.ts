import type { CommandResult, CommandTask } from './task.ts'

/** What a task management function is about. */
export interface TaskManagementTarget {
  readonly lun?: number
  /** The command meant by ABORT TASK and QUERY TASK. */
  readonly command?: Command
}

/** A command on its way: to wait for, and to abort. */
export interface Command {
  /** How it ended. Rejects when it has no status: aborted, rejected, connection lost, no longer waited for. */
  readonly result: Promise<CommandResult>
  /** @internal */
  readonly task: CommandTask
}
