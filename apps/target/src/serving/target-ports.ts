import type { ServingPlan } from '@lunkit/config'
import type { TargetPortName } from '../state/target-port-ids.ts'

/** The target ports of a plan: its portal groups. */
export const targetPorts = ({ targets }: ServingPlan): TargetPortName[] =>
  targets.flatMap(({ name: target, groups }) => groups.map(({ tag }) => ({ target, tag })))
