import type { LaneEvent, LanePlacement, StoreOpeningEvent } from '@lunkit/backstores'
import type { UnitEvent } from '@lunkit/scsi-engine'
import type { LoginProof, TargetLimits, TargetListener, Timers } from '@lunkit/target'

/** What a disk's listener hears: how it was opened, and what becomes of it. */
export type DiskEvent = StoreOpeningEvent | UnitEvent

/** How a server is made. */
export interface DiskServerOptions {
  /** Memory for data on its way, of all sessions together. */
  readonly transferMemoryBytes?: number
  /** Threads for what may block; they are started when the first file is opened. */
  readonly lanes?: number
  /** Numbers of the processors that these threads run on, the first for the first thread; where there are fewer, they go round. Needs koffi. Left out: any. */
  readonly laneCpus?: readonly number[]
  /**
   * In which of these threads disks are done, by plugin and name: `{ 'fileio/disk0': 1 }`. It is no others' then, as long as one is left for those.
   * Left out: in whichever has the fewest, and in others where these have less to do.
   */
  readonly lanePlacement?: LanePlacement
  /**
   * Microseconds for which the protocol thread and the lanes look for more work before they sleep, at the cost of the
   * cores that they run on. 0 (the default): they sleep at once.
   */
  readonly pollUs?: number
  readonly limits?: Partial<TargetLimits>
  /** What discovery sessions must prove; left out, nothing. */
  readonly discovery?: LoginProof
  /** Hears what goes on; nothing is printed. */
  readonly listener?: TargetListener
  /** Hears of worker lanes that die, and serve again, and that koffi is missing, which else is a warning of the process. */
  readonly laneListener?: (event: LaneEvent) => void
  /** Hears how a disk was opened, and what goes wrong with it, by plugin and name: `fileio/disk0`. */
  readonly diskListener?: (disk: string, event: DiskEvent) => void
  /**
   * Hears of a bug in a device server or a store. Nothing that follows can be trusted, so that it must end the process;
   * left out, the error is thrown where nothing catches it, which does.
   */
  readonly onBug?: (error: unknown) => void
  /** Overwrites transfer memory that nobody owns any more: for tests, to find who still looks at it. */
  readonly poison?: boolean
  /** Where deadlines come from, left out a wheel that the system's clock turns: for tests that turn one by hand. */
  readonly timers?: Timers
}
