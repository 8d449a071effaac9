import { FREE } from '../plan/login-plan.ts'
import type { ServingPlan } from '../plan/serving-plan.ts'
import { serverSettings } from '../tables/server-settings.ts'

/** The plan of nothing: what is served before anything is, and after all of it has gone. */
export const emptyPlan: ServingPlan = {
  storage: [],
  targets: [],
  lunsInFile: 0,
  discovery: FREE,
  isns: [],
  limits: {},
  lanes: serverSettings.lanes.default,
  laneCpus: undefined,
  lanePlacement: {},
  pollUs: serverSettings.poll_us.default,
  notices: [],
}
