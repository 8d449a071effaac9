import { TaskManagementFunction, TaskManagementResponseCode } from '@lunkit/pdu'
import type { SeededRandom } from '../harness/seeded-random.ts'
import type { LoadSession } from './load-session.ts'
import type { Report } from './report.ts'

/** What a disturbance is made of. */
export interface DisturbanceContext {
  readonly session: LoadSession
  readonly random: SeededRandom
  readonly report: Report
  /** The units that may be reset. */
  readonly luns: readonly number[]
}

type Disturbance = (context: DisturbanceContext) => Promise<void>

const abort: Disturbance = ({ session, random }) => session.abort(count => random.below(count))

const resetUnit: Disturbance = ({ session, random, report, luns }) =>
  session.use(async each => {
    const lun = luns[random.below(luns.length)] as number
    report.count('unitResets')
    const response = await each.taskManagement(TaskManagementFunction.logicalUnitReset, { lun })
    if (response !== TaskManagementResponseCode.functionComplete)
      report.find(`LOGICAL UNIT RESET of LUN ${lun} was answered with ${response}`)
  })

const drop: Disturbance = async ({ session, report }) => {
  report.count('drops')
  session.drop()
}

const logOut: Disturbance = async ({ session, report }) => {
  report.count('logouts')
  await session.logout()
}

const reinstate: Disturbance = async ({ session, report }) => {
  report.count('reinstatements')
  await session.reinstate()
}

/** Operations between two disturbances, on average. */
const OPERATIONS_BETWEEN = 150

const DISTURBANCES: readonly (readonly [number, Disturbance])[] = [
  [16, abort],
  [6, resetUnit],
  [3, drop],
  [2, logOut],
  [3, reinstate],
]

/** Now and then, one of them. */
export async function maybeDisturb(context: DisturbanceContext): Promise<void> {
  if (context.random.once(OPERATIONS_BETWEEN)) await context.random.pickWeighted(DISTURBANCES)(context)
}
