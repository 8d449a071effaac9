import type { TargetLimits } from '../limits.ts'
import type { Directory } from '../server/directory.ts'
import type { TargetListener } from '../server/events.ts'
import type { TargetStatistics } from '../statistics.ts'
import type { Timers } from '../timer-wheel.ts'
import type { MemoryShare } from './memory-share.ts'
import type { SessionRegistry } from './session-registry.ts'
import type { TurnEnd } from './turn-end.ts'

/** What all connections of a server share. */
export interface Surroundings {
  readonly limits: TargetLimits
  readonly timers: Timers
  readonly statistics: TargetStatistics
  readonly share: MemoryShare
  readonly turnEnd: TurnEnd
  /** The end of all reads of this turn of the event loop. */
  readonly readsEnd: TurnEnd
  readonly registry: SessionRegistry
  readonly directory: Directory
  readonly tell: TargetListener
  /** Hears that bytes have come in, of whichever connection. */
  readonly worked: (() => void) | undefined
  /** Whether discovery sessions must prove who they are. */
  readonly discoveryAuthentication: boolean
  /** Whether the server takes no logins any more. */
  draining: boolean
}
