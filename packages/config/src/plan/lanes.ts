import type { JsonPath } from '../json/path.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import type { LunkitSettings } from '../saveconfig.ts'
import { settingsOf } from '../storage-setting.ts'
import { serverSettings } from '../tables/server-settings.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { ServingPlan } from './serving-plan.ts'

type LanesPlan = Pick<ServingPlan, 'lanes' | 'laneCpus' | 'lanePlacement'>
/** A storage object that is served, the lane that is set of it, and where. */
interface Placed {
  readonly storage: StoragePlan
  readonly lane: number
  readonly at: JsonPath
}

/** How many lanes there are, where they run, and which storage objects they have; lanes that there are not are noted. */
export function planLanes(
  settings: LunkitSettings | undefined,
  served: readonly StoragePlan[],
  notices: Notices,
): LanesPlan {
  const { lanes = serverSettings.lanes.default, lane_cpus: laneCpus } = settings ?? {}
  const placed = placedIn(settings, served).filter(each => isPossible(each, lanes, notices))
  const lanePlacement = Object.fromEntries(placed.map(({ storage: { key }, lane }) => [key, lane]))
  return { lanes, laneCpus, lanePlacement }
}

function placedIn(settings: LunkitSettings | undefined, served: readonly StoragePlan[]): readonly Placed[] {
  const { own } = settingsOf(settings)
  if (own.size === 0) return []
  return served.flatMap((storage): Placed[] => {
    const { lane, path = [] } = own.get(storage.key) ?? {}
    return lane === undefined ? [] : [{ storage, lane, at: [...path, 'lane'] }]
  })
}

function isPossible({ storage, lane, at }: Placed, lanes: number, notices: Notices): boolean {
  const most = lanes - 1
  if (storage.file === undefined)
    notices.add(NoticeKind.kept, `lane: nothing of ${storage.key} may block, which is in memory; no lane has it`, at)
  else if (lane > most) {
    const wrong = `is ${lane}, and there ${lanes === 1 ? 'is 1 lane' : `are ${lanes} lanes`}`
    const right =
      most === 0 ? '0, or more of lunkit.lanes' : `a whole number from 0 to ${most}, or more of lunkit.lanes`
    notices.wrong(at, { wrong, right, so: 'it is ignored' })
  } else return true
  return false
}
