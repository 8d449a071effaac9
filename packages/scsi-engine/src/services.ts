import type { Slab, Timers } from '@lunkit/wire'
import type { EngineStatistics } from './statistics/engine-statistics.ts'

/** What a target device gives to its task sets and their tasks. */
export interface Services {
  readonly slab: Slab
  readonly timers: Timers
  readonly statistics: EngineStatistics
  /** Hears of a bug of ours, which must end the process: nothing that follows it can be trusted. */
  readonly onBug: (error: unknown) => void
}
