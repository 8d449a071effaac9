import type { TargetLimits } from '../limits.ts'
import type { TargetListener } from '../server/events.ts'
import type { MemoryShare } from '../session/memory-share.ts'
import type { TargetStatistics } from '../statistics.ts'
import type { Timers } from '../timer-wheel.ts'
import type { Batch } from './batch.ts'
import type { TurnEnd } from './turn-end.ts'

/** What a connection shares with the others of its server. */
export interface ConnectionSurroundings {
  readonly limits: TargetLimits
  readonly timers: Timers
  readonly statistics: TargetStatistics
  readonly share: MemoryShare
  readonly turnEnd: TurnEnd
  /** The end of all reads of this turn of the event loop. */
  readonly readsEnd: TurnEnd
  readonly tell: TargetListener
  /** What is put off while PDUs are decoded, and done before their answers are sent. */
  readonly batch: Batch | undefined
  /** Hears that bytes have come in, of whichever connection. */
  readonly worked: (() => void) | undefined
}
