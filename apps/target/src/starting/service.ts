import type { DiskServer, DiskServerOptions, FlushFailure } from 'lunkit'
import type { Control } from '../control/control.ts'
import type { StatusFacts } from '../control/status-facts.ts'
import type { Witness } from '../control/witness.ts'
import type { FlightRecorder } from '../crash/flight-recorder.ts'
import type { Ending } from '../drain.ts'
import type { DaemonLife, ServingGauge } from '../life/daemon-life.ts'
import type { Vitals } from '../life/vitals.ts'
import type { Logger } from '../log/logger.ts'
import type { MetricsThread } from '../metrics/metrics-thread.ts'

/** What is served, and what standard output is told of it. */
export interface Service {
  readonly lines: readonly string[]
  readonly server: DiskServer
  /** Its control socket: the descriptor of what listens; undefined: there is none. */
  readonly controlDescriptor: number | undefined
  /** What `status` tells of it now, without health. */
  readonly status: () => StatusFacts
  /** What of it is served now. */
  readonly gauge: () => ServingGauge
  /** What is left to be done when it has ended, with the disks that could not be flushed. */
  readonly ended: (failures: readonly FlushFailure[]) => Promise<void>
}

/** Where a start is told of, how it is ended, and with what it serves. */
export interface Surroundings {
  readonly log: Logger
  readonly ending: Ending
  readonly witness: Witness
  readonly life: DaemonLife
  readonly vitals: Vitals
  /** Knows how the run before this one ended, and leaves a report of how this one does. */
  readonly recorder: FlightRecorder
  readonly options: DiskServerOptions
  /**
   * The watching thread has loaded its code, which it does while the configuration is read. It is waited for before anybody can connect: who
   * takes all descriptors leaves it none to load by.
   */
  readonly watched: Promise<void>
  /** Undefined: nobody manages what is served. */
  readonly control: Control | undefined
  /** Undefined: nobody is served metrics by this process. */
  readonly metrics: MetricsThread | undefined
}

/** What a start is given, before it makes the rest of its surroundings. */
export type GivenSurroundings = Omit<Surroundings, 'control' | 'metrics'>
