import type { ReadBatch } from '../descriptor/read-batch.ts'
import type { StoreBlock } from '../store-metrics.ts'
import type { Timers } from '../timers.ts'
import type { TurnBudget } from '../turn-budget.ts'
import type { LaneClient } from './lane-client.ts'
import type { LaneJob } from './lane-job.ts'

/** A client's access to lanes. */
export interface LaneAccess {
  /** Hands a job to a lane. It ends as lost when no lane can take it. */
  submit(job: LaneJob): void
  /** The client has no job under way and will submit none. */
  detach(): void
}

/** What a store needs of lanes. */
export interface LaneSet {
  /** The memory that jobs' `memoryOffset` counts in. */
  readonly memory: SharedArrayBuffer
  /** Whether system calls may be made through koffi. */
  readonly native: boolean
  readonly timers: Timers
  /** What stores on this thread may do in place in one turn. */
  readonly turn: TurnBudget
  /** Reads of the page cache on this thread that are done together. */
  readonly reads: ReadBatch
  /** Where stores on this thread count. */
  readonly stores: StoreBlock
  attach(client: LaneClient): LaneAccess
}
