import { Release6, Reserve6 } from '@lunkit/scsi'
import { Operation } from '@lunkit/scsi-engine'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { CountingSession } from './counting-session.ts'
import { type LoadedUnit, randomCommand } from './random-command.ts'

/** What a session is loaded with. */
export interface ClientLoad {
  readonly random: SeededRandom
  /** Commands under way at each unit. */
  readonly depth: number
  readonly units: readonly LoadedUnit[]
  /** LUNs that are reserved and reset, and of which tasks are ended; none when left out. */
  readonly disturbed?: readonly number[]
  /** Every LUN of the target, which is then reset as a whole, too. */
  readonly luns?: readonly number[]
}

type Disturb = (session: CountingSession, lun: number, load: ClientLoad) => Promise<void>

/** Others have RESERVATION CONFLICT meanwhile. */
async function reserve(session: CountingSession, lun: number): Promise<void> {
  for (const cdb of [Reserve6.encode({}), Release6.encode({})])
    await session.run({ operation: Operation.other, goodBytes: 0, request: { lun, cdb } })
}

const DISTURBANCES: readonly (readonly [number, Disturb])[] = [
  [20, (session, _, { random }) => session.abort(count => random.below(count))],
  [3, (session, lun) => session.endTasks('abortTaskSet', lun)],
  [2, (session, lun) => session.endTasks('clearTaskSet', lun)],
  [2, (session, lun) => session.resetUnit(lun)],
  [3, reserve],
  [1, async (session, _, { luns }) => luns && session.resetTarget('targetWarmReset', luns)],
]

/** Commands between two disturbances, on average. */
const COMMANDS_BETWEEN = 60

/** Sends random commands, and ends some of them, until the session is stopped and all of them have ended. */
export async function loadSession(session: CountingSession, load: ClientLoad): Promise<void> {
  const { random, units, depth, disturbed = [] } = load
  const one = async (unit: LoadedUnit): Promise<void> => {
    while (session.goesOn) {
      await session.run(randomCommand(unit, random))
      if (disturbed.length > 0 && session.goesOn && random.once(COMMANDS_BETWEEN))
        await random.pickWeighted(DISTURBANCES)(session, random.pick(disturbed), load)
    }
  }
  await Promise.all(units.flatMap(unit => Array.from({ length: depth }, () => one(unit))))
}
