import { isDeepStrictEqual } from 'node:util'
import { checkArgument } from '@lunkit/wire'
import { PLAN } from '../plan/plan-domain.ts'
import type { ServingPlan } from '../plan/serving-plan.ts'
import { addDiskSteps } from './disk-steps.ts'
import { withoutDisks, withoutMovedPortals } from './freed.ts'
import { OrderedSteps } from './ordered-steps.ts'
import type { PlanStep, ServerStep } from './plan-step.ts'
import { addTargetSteps } from './target-steps.ts'

/**
 * What is to be done, in order, so that what is served by one plan is served by another: each step can be done when those
 * before it are. `emptyPlan` is before the first plan and after the last. Nobody sees on the way what neither plan gives them.
 * Objects that are the same in both plans are not looked at, so that plans which share them cost what differs. Where they
 * stand in the file (`path`), what is not served, and notices are no difference.
 *
 * A disk without a serial number and the same disk with one are two disks: plan both with the serial numbers in force
 * (withSerials()).
 * @throws {TypeError} for what is no plan.
 */
export function difference(from: ServingPlan, to: ServingPlan): readonly PlanStep[] {
  checkArgument('difference: from', from, PLAN)
  checkArgument('difference: to', to, PLAN)
  const steps = new OrderedSteps()
  const server = serverStep(to)
  if (!isDeepStrictEqual(serverStep(from), server)) steps.add('server', server)
  const closed = addDiskSteps(from.storage, to.storage, steps)
  const targets = withoutMovedPortals(withoutDisks(from.targets, closed, steps), to.targets, steps)
  addTargetSteps(targets, to.targets, steps)
  return steps.all
}

function serverStep({ pollUs, limits, lanePlacement, discovery }: ServingPlan): ServerStep {
  return { kind: 'changeServer', pollUs, limits, lanePlacement, discovery }
}
