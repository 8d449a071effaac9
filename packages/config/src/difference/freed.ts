import { withGroups } from '../plan/changed-groups.ts'
import type { GroupPlan, LunPlan, SeenLunPlan, TargetPlan } from '../plan/serving-plan.ts'
import type { PortalAddress } from '../portal-address.ts'
import { formatPortal } from '../portal-address.ts'
import type { GroupAt } from './access-steps.ts'
import { compareMembers } from './members.ts'
import type { OrderedSteps } from './ordered-steps.ts'

/**
 * The targets without the LUNs that are disks of these keys, with the steps that unmap them: a disk that is closed before
 * others are opened is unmapped first, also in groups that are removed later.
 */
export function withoutDisks(
  targets: readonly TargetPlan[],
  disks: ReadonlySet<string>,
  steps: OrderedSteps,
): readonly TargetPlan[] {
  if (disks.size === 0) return targets
  return targets.map(target => withGroups(target, group => withoutLuns(group, disks, { target: target.name, steps })))
}

function withoutLuns(
  group: GroupPlan,
  disks: ReadonlySet<string>,
  { target, steps }: Pick<GroupAt, 'target' | 'steps'>,
): GroupPlan {
  const at = { target, tag: group.tag, steps }
  const acls = group.acls.map(acl => {
    const luns = remaining(acl.luns, disks, { ...at, initiator: acl.initiator })
    return luns === acl.luns ? acl : { ...acl, luns }
  })
  const rules = group.rules?.map(rule => {
    const luns = remaining(rule.luns, disks, { ...at, initiator: undefined, rule: rule.name })
    return luns === rule.luns ? rule : { ...rule, luns }
  })
  const seen = group.demoMode?.luns ?? []
  const luns = remaining(seen, disks, { ...at, initiator: undefined })
  const isSame =
    luns === seen &&
    acls.every((acl, index) => acl === group.acls[index]) &&
    (rules ?? []).every((rule, index) => rule === group.rules?.[index])
  if (isSame) return group
  return { ...group, acls, ...(rules && { rules }), demoMode: group.demoMode && { ...group.demoMode, luns } }
}

function remaining(
  luns: readonly SeenLunPlan[],
  disks: ReadonlySet<string>,
  { steps, ...whose }: GroupAt & { readonly initiator: string | undefined; readonly rule?: string },
): readonly SeenLunPlan[] {
  const isClosed = ({ storage }: LunPlan) => disks.has(storage)
  const closed = luns.filter(isClosed)
  if (closed.length === 0) return luns
  for (const { lun } of closed) steps.add('freeLuns', { kind: 'unmapLun', ...whose, lun })
  return luns.filter(seen => !isClosed(seen))
}

/** The targets without the portals that another group of the same target is to have, with the steps that close them. */
export function withoutMovedPortals(
  from: readonly TargetPlan[],
  to: readonly TargetPlan[],
  steps: OrderedSteps,
): readonly TargetPlan[] {
  const { both } = compareMembers(from, to, ({ name }) => name)
  const owners = new Map(both.map(([before, { groups }]) => [before, portalOwners(groups)]))
  if (owners.size === 0) return from
  return from.map(target => {
    const tags = owners.get(target)
    return tags === undefined
      ? target
      : withGroups(target, group => withoutMoved(group, tags, { target: target.name, steps }))
  })
}

function withoutMoved(
  group: GroupPlan,
  owners: ReadonlyMap<string, number>,
  { target, steps }: Pick<GroupAt, 'target' | 'steps'>,
): GroupPlan {
  const { tag } = group
  const isMoved = (portal: PortalAddress) => (owners.get(formatPortal(portal)) ?? tag) !== tag
  const moved = group.portals.filter(isMoved)
  if (moved.length === 0) return group
  for (const portal of moved) steps.add('freePortals', { kind: 'closePortal', target, tag, portal })
  return { ...group, portals: group.portals.filter(portal => !isMoved(portal)) }
}

/** The tag of the group that has each portal. */
function portalOwners(groups: readonly GroupPlan[]): ReadonlyMap<string, number> {
  return new Map(groups.flatMap(({ tag, portals }) => portals.map(portal => [formatPortal(portal), tag] as const)))
}
