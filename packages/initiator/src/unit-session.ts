import type { Parameters, TaskManagementFunction, TextPair } from '@lunkit/pdu'
import type { Attentions } from './attention.ts'
import type { Command, TaskManagementTarget } from './command.ts'
import type { ConnectionError } from './error.ts'
import type { Patience } from './patience.ts'
import type { CommandListener, CommandRequest, CommandTask } from './task.ts'

/** The session of a logical unit: what its commands go through, and what else there is to do with them. */
export interface UnitSession {
  /** What was negotiated. */
  readonly parameters: Parameters
  /** Resolves when the connection is gone, with the reason. */
  readonly closed: Promise<ConnectionError>
  /** Sends a command, see Session.execute. */
  execute(request: CommandRequest, patience?: Patience): Command
  /** Sends a command and tells how it ends, see Session.submit. */
  submit(request: CommandRequest, listener: CommandListener): CommandTask
  /** Asks whether the target is there, see Session.ping. */
  ping(data?: Uint8Array, patience?: Patience): Promise<Uint8Array>
  /** Exchanges text keys, see Session.text. */
  text(pairs: readonly TextPair[], patience?: Patience): Promise<TextPair[]>
  /** Runs a task management function, see Session.taskManagement. */
  taskManagement(what: TaskManagementFunction, target?: TaskManagementTarget, patience?: Patience): Promise<number>
  /** Aborts a command, see Session.abort. */
  abort(command: Command, patience?: Patience): Promise<void>
  /** Logs out, see Session.close. */
  close(patience?: Patience): Promise<void>
  /** Ends the connection, see Session.destroy. */
  destroy(): void
  /** @internal What it knows of its units, as far as unit attentions go: which are passed over. */
  readonly attentions: Attentions
  /** @internal A signal for the parts of an operation that is waited for as a whole. */
  signalOf(patience: Patience, what: string): { signal: AbortSignal; release: () => void }
}
