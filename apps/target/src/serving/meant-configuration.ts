import type { ServingPlan } from '@lunkit/config'
import type { TargetPortName } from '../state/target-port-ids.ts'

/** What a configuration means on this machine. */
export interface MeantConfiguration {
  /** With the serial numbers in force. */
  readonly plan: ServingPlan
  /** Without the disks that cannot be, by a look at their files: what is said to be served. */
  readonly shown: ServingPlan
  /** Why those cannot be, by key. */
  readonly refused: ReadonlyMap<string, string>
  /** How long the look at its files took. */
  readonly lookMs: number
  /** The relative target port identifier of a portal group. */
  readonly portIdOf: (port: TargetPortName) => number | undefined
}
