import type { PortalAddress } from '../portal-address.ts'
import { formatPortal, parseAddress } from '../portal-address.ts'
import type { LunkitSettings } from '../saveconfig.ts'
import { groupKey, withGroups } from './changed-groups.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { GroupPlan, TargetPlan } from './serving-plan.ts'

type Given = LunkitSettings['discovery_portals']
type GivenPortal = NonNullable<Given>[number]['value']

/** Targets with the portals of theirs that are for discovery alone; what has none stays the same objects. */
export function withDiscoveryPortals(
  targets: readonly TargetPlan[],
  given: Given,
  notices: Notices,
): readonly TargetPlan[] {
  if (given === undefined || given.length === 0) return targets
  const byGroup = Map.groupBy(given, ({ value }) => groupKey(value.target, value.tag))
  const used = new Set<object>()
  const changed = targets.map(target =>
    withGroups(withoutUntold(target, byGroup), (group, key) => withOwn(group, byGroup.get(key), used)),
  )
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
    const portal = portalOf(group.portals, value)
    if (portal) used.add(value)
    return portal ? [portal] : []
  })
  return discoveryOnly.length === 0 ? group : { ...group, discoveryOnly }
}

function portalOf(portals: readonly PortalAddress[], { ip_address, port }: GivenPortal): PortalAddress | undefined {
  const wanted = formatPortal({ host: parseAddress(ip_address) as string, port })
  return portals.find(each => formatPortal(each) === wanted)
}

/** Nobody is told of such a portal of a TPG that is disabled either. */
function withoutUntold(target: TargetPlan, byGroup: ReadonlyMap<string, NonNullable<Given>>): TargetPlan {
  const disabled = target.disabled.map(group => {
    const given = byGroup.get(groupKey(target.name, group.tag)) ?? []
    const untold = new Set(given.map(({ value }) => portalOf(group.portals, value)))
    return given.length === 0 ? group : { ...group, portals: group.portals.filter(portal => !untold.has(portal)) }
  })
  return disabled.every((group, at) => group === target.disabled[at]) ? target : { ...target, disabled }
}
