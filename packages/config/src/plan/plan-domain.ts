import { arrayOf, type Domain, object } from '@lunkit/wire'
import type { ServingPlan } from './serving-plan.ts'

const LIST = arrayOf(object())

/** Plans, as far as a look from outside can tell. */
export const PLAN: Domain = object('a plan, as planServing() returns it', plan => {
  const { storage, targets } = plan as Partial<ServingPlan>
  return LIST.has(storage as never) && LIST.has(targets as never)
})
