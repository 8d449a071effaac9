import type { AnswerOf, ControlService } from '@lunkit/control'
import { readVersion } from '../version.ts'
import type { ControlParts } from './control-parts.ts'
import type { Trouble } from './trouble.ts'
import { troublesOf } from './troubles.ts'

type StatusService = Pick<ControlService, 'status'>
type Status = AnswerOf<'status'>

/** How lunkitd is. */
export function statusAnswers(parts: ControlParts): StatusService {
  const { live, file, witness } = parts
  return {
    status: async () => {
      const troubles = troublesOf(parts)
      const counts = countsOf(parts)
      return {
        version: readVersion(),
        pid: process.pid,
        since: witness.since.toISOString(),
        health: healthOf(parts, counts, troubles),
        troubles: troubles.map(({ path, wrong, remedy }) => ({ path, wrong, remedy })),
        configuration: { path: file?.path ?? null, unsaved: file !== undefined && live.unsaved.length > 0 },
        counts,
      }
    },
  }
}

function countsOf({ served }: ControlParts): Status['counts'] {
  const { server, plan, disks } = served
  const groups = plan.targets.flatMap(target => target.groups)
  const open = groups.filter(({ portals }) => portals.some(portal => server.addressOf(portal) !== undefined))
  const listening = new Set(
    groups.flatMap(({ portals }) => portals.flatMap(portal => JSON.stringify(server.addressOf(portal)) ?? [])),
  )
  return {
    storageObjects: plan.storage.filter(({ key }) => disks.has(key)).length,
    targets: plan.targets.length,
    portals: listening.size,
    luns: open.reduce((sum, { luns }) => sum + luns.filter(({ storage }) => disks.has(storage)).length, 0),
    sessions: server.sessionLoads.length,
  }
}

/** Where LUNs are to be served and none is, nothing else matters. */
function healthOf(
  { served }: ControlParts,
  { luns }: Status['counts'],
  troubles: readonly Trouble[],
): Status['health'] {
  if (served.plan.lunsInFile > 0 && luns === 0) return 'failed'
  return troubles.some(({ harms }) => harms) ? 'degraded' : 'ok'
}
