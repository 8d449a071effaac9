import type { ProcessSample } from '../harness/process-sample.ts'
import type { ExpectedLogin } from './expected-login.ts'
import type { HeapSize } from './heap-size.ts'
import type { LoadOptions } from './load.ts'
import type { LoadedEdit, Removal } from './loaded-edit.ts'
import type { Tolerance } from './outcome.ts'
import type { EditCounts, ToldEdits } from './told-edits.ts'
import type { UnitPlan } from './unit-plan.ts'

/** Where a target is. */
export type HostAddress = LoadOptions['address']

/**
 * What a host's process has: open files and rows without those that are there for what edits have made, which comes and
 * goes.
 */
export interface HostGauges extends HeapSize, ProcessSample {
  /** Rows of statistics that are taken. */
  readonly rows: number
  /** How many worker lanes have died on purpose. */
  readonly laneDeaths: number
}

/** A process that serves the units of the soak. */
export interface Host {
  readonly name: string
  readonly tolerance: Tolerance
  /** How units under load can be taken away. */
  readonly removals: readonly Removal[]
  /** How many scrapes of its metrics were right so far; undefined: it has none. */
  readonly scrapes?: number
  /** The process now. */
  readonly pid: number
  readonly address: HostAddress
  /** What edits there were, when it was asked last. */
  readonly editCounts: EditCounts
  /** The file behind a unit that has one. */
  file(unit: UnitPlan): string | undefined
  gauges(): Promise<HostGauges>
  /** From now on what it serves beside the units is edited, until it is stopped. */
  edit(told: ToldEdits): Promise<void>
  /** Edits a unit that is under load. */
  perform(edit: LoadedEdit): Promise<void>
  /** Looks at what initiators see, while nothing is edited. */
  lookAt(look: (expected: readonly ExpectedLogin[]) => Promise<void>): Promise<void>
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
