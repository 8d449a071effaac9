import type { AnswerOf } from '@lunkit/control'
import { readVersion } from '../version.ts'
import type { ControlParts } from './control-parts.ts'

/** What `status` answers, without what is found out about its health. */
export type StatusFacts = Omit<AnswerOf<'status'>, 'health' | 'troubles'>

/** What there is to tell of how lunkitd is. */
export function statusFacts(parts: Pick<ControlParts, 'live' | 'file' | 'witness' | 'served' | 'isns'>): StatusFacts {
  const { live, file, witness } = parts
  return {
    version: readVersion(),
    pid: process.pid,
    since: witness.since.toISOString(),
    configuration: { path: file?.path ?? null, unsaved: file !== undefined && live.unsaved.length > 0 },
    counts: countsOf(parts),
    isns: isnsServersOf(parts),
  }
}

const isnsServersOf = ({ isns }: Pick<ControlParts, 'isns'>): StatusFacts['isns'] =>
  isns.statuses.map(({ server, entity, state, registered, failures, error }) => {
    return { server, entity, state, ...registered, failures, wrong: error?.message ?? null }
  })

function countsOf({ served }: Pick<ControlParts, 'served'>): StatusFacts['counts'] {
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
