import type { HeapSize } from './heap-size.ts'
import type { LoadOptions } from './load.ts'
import type { Tolerance } from './outcome.ts'
import type { UnitPlan } from './unit-plan.ts'

/** Where a target is. */
export type HostAddress = LoadOptions['address']

/** What a host says of itself beside what the system says of its process. */
export interface HostGauges extends HeapSize {
  /** How many worker lanes have died on purpose. */
  readonly laneDeaths: number
}

/** A process that serves the units of the soak. */
export interface Host {
  readonly name: string
  readonly tolerance: Tolerance
  /** The process now. */
  readonly pid: number
  readonly address: HostAddress
  /** The file behind a unit that has one. */
  file(unit: UnitPlan): string | undefined
  gauges(): Promise<HostGauges>
  /** Ends the process by SIGKILL and starts it anew, at the same address; undefined: this host is not meant for that. */
  readonly restart?: () => Promise<void>
  /** Nothing goes wrong on purpose any more; undefined: nothing did. */
  readonly calm?: () => Promise<void>
  /**
   * Ends the process as an administrator does.
   * @throws when it did not end well
   */
  stop(): Promise<void>
}
