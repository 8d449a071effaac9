import type { StoreRequest } from '@lunkit/backstores/store'
import type { SenseCode } from '@lunkit/scsi'
import type { Task } from '@lunkit/scsi/transport'
import type { Services } from '../services.ts'
import type { CommandAccount } from '../statistics/command-account.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'

/** The execution of a task whose data a transfer moves, as the transfer knows it. */
export interface TransferOwner {
  readonly services: Services
  readonly task: Task
  readonly unit: LogicalUnit
  readonly account: CommandAccount
  /** For whom a store works: the initiator's name. */
  readonly source: string
  /** True once the task was terminated: what runs of it ends nothing any more. */
  readonly terminated: boolean
  /** Keeps the task in its set until `letGo`. */
  hold(): void
  letGo(): void
  /** Each ends the task. */
  good(): void
  fail(code: SenseCode): void
  failStore(request: StoreRequest): void
  /** A bug of ours. */
  bug(error: unknown): void
}
