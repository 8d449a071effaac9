import { type Domain, object } from '@lunkit/wire'
import type { ServingPlan } from './serving-plan.ts'

/** Plans, as far as a look from outside can tell. */
export const PLAN: Domain = object('a plan, as planServing() returns it', plan => {
  const { storage, targets } = plan as Partial<ServingPlan>
  return Array.isArray(storage) && Array.isArray(targets)
})
