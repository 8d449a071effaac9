import type { PortalAddress } from '../portal-address.ts'
import { formatPortal, parseAddress } from '../portal-address.ts'
import type { LunkitSettings } from '../saveconfig.ts'
import { groupKey, withGroups } from './changed-groups.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { GroupPlan, TargetPlan } from './serving-plan.ts'

type Given = LunkitSettings['discovery_portals']

/** Targets with the portals of theirs that are for discovery alone; what has none stays the same objects. */
export function withDiscoveryPortals(
  targets: readonly TargetPlan[],
  given: Given,
  notices: Notices,
): readonly TargetPlan[] {
  if (given === undefined || given.length === 0) return targets
  const byGroup = Map.groupBy(given, ({ value }) => groupKey(value.target, value.tag))
  const used = new Set<object>()
  const changed = targets.map(target => withGroups(target, (group, key) => withOwn(group, byGroup.get(key), used)))
  for (const { value, path } of given)
    if (!used.has(value)) {
      const { target, tag, ip_address, port } = value
      const text = `TPG ${tag} of ${target} does not serve portal ${ip_address}:${port}, which is for discovery only`
      notices.add(NoticeKind.unused, text, path)
    }
  return changed
}

function withOwn(group: GroupPlan, given: Given, used: Set<object>): GroupPlan {
  const discoveryOnly = (given ?? []).flatMap(({ value }): PortalAddress[] => {
    const wanted = formatPortal({ host: parseAddress(value.ip_address) as string, port: value.port })
    const portal = group.portals.find(each => formatPortal(each) === wanted)
    if (portal) used.add(value)
    return portal ? [portal] : []
  })
  return discoveryOnly.length === 0 ? group : { ...group, discoveryOnly }
}
