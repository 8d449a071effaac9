import { TaskManagementFunction, TaskManagementResponseCode } from '@lunkit/pdu'
import type { SeededRandom } from '../harness/seeded-random.ts'
import type { CheckedUnit } from './checked-unit.ts'
import type { LoadSession } from './load-session.ts'
import type { Report } from './report.ts'
import { Presence, type UnitStage } from './unit-stage.ts'

/** What a disturbance is made of. */
export interface DisturbanceContext {
  readonly session: LoadSession
  readonly random: SeededRandom
  readonly report: Report
  /** The units that may be reset. */
  readonly units: readonly CheckedUnit[]
}

type Disturbance = (context: DisturbanceContext) => Promise<void>

const abort: Disturbance = ({ session, random }) => session.abort(count => random.below(count))

const resetUnit: Disturbance = ({ session, random, report, units }) =>
  session.use(async each => {
    const { stage, plan } = random.pick(units)
    report.count('unitResets')
    const response = await each.taskManagement(TaskManagementFunction.logicalUnitReset, { lun: plan.lun })
    if (!isAnswer(response, stage)) report.find(`LOGICAL UNIT RESET of LUN ${plan.lun} was answered with ${response}`)
  })

/** Whether a reset of a unit, asked for at this time of its life, may be answered so. */
function isAnswer(response: number, since: UnitStage): boolean {
  const { functionComplete, lunDoesNotExist } = TaskManagementResponseCode
  if (response === functionComplete) return since.some(({ presence }) => presence !== Presence.absent)
  return response === lunDoesNotExist && since.some(({ presence }) => presence !== Presence.there)
}

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
