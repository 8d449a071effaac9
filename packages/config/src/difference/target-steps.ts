import { isDeepStrictEqual } from 'node:util'
import type { GroupPlan, TargetPlan } from '../plan/serving-plan.ts'
import { formatPortal } from '../portal-address.ts'
import type { GroupAt } from './access-steps.ts'
import { addAccessSteps, NO_ACCESS } from './access-steps.ts'
import { compareMembers } from './members.ts'
import type { OrderedSteps } from './ordered-steps.ts'

/** The steps from some targets to others. */
export function addTargetSteps(from: readonly TargetPlan[], to: readonly TargetPlan[], steps: OrderedSteps): void {
  const { added, removed, both } = compareMembers(from, to, ({ name }) => name)
  for (const plan of added) {
    steps.add('targets', { kind: 'addTarget', target: plan.name, ...ofTargetAlone(plan) })
    addGroupSteps([], plan.groups, { target: plan.name, steps })
  }
  for (const { name } of removed) steps.add('removeTargets', { kind: 'removeTarget', target: name })
  for (const [before, plan] of both) {
    const own = ofTargetAlone(plan)
    if (!isDeepStrictEqual(ofTargetAlone(before), own))
      steps.add('targets', { kind: 'changeTarget', target: plan.name, ...own })
    addGroupSteps(before.groups, plan.groups, { target: plan.name, steps })
  }
}

const ofTargetAlone = (plan: TargetPlan) => ({ alias: aliasOf(plan), disabled: plan.disabled })

/** An alias is a target's, though every group can say one. */
function aliasOf({ groups }: TargetPlan): string | undefined {
  const alias = groups[0]?.offers.TargetAlias
  return alias === '' ? undefined : alias
}

function addGroupSteps(
  from: readonly GroupPlan[],
  to: readonly GroupPlan[],
  { target, steps }: Pick<GroupAt, 'target' | 'steps'>,
): void {
  const { added, removed, both } = compareMembers(from, to, ({ tag }) => tag)
  for (const plan of added) {
    const at = { target, tag: plan.tag, steps }
    steps.add('groups', { kind: 'addGroup', target, tag: plan.tag, plan })
    addAccessSteps(NO_ACCESS, plan, at)
    addPortalSteps([], plan.portals, { ...at, isNew: true })
  }
  for (const { tag } of removed) steps.add('removeGroups', { kind: 'removeGroup', target, tag })
  for (const [before, plan] of both) {
    const at = { target, tag: plan.tag, steps }
    if (!isDeepStrictEqual(ofGroupAlone(before), ofGroupAlone(plan)))
      steps.add('groups', { kind: 'changeGroup', target, tag: plan.tag, plan })
    addAccessSteps(before, plan, at)
    addPortalSteps(before.portals, plan.portals, { ...at, isNew: false })
  }
}

function ofGroupAlone(group: GroupPlan): object {
  const {
    path: _path,
    portals: _portals,
    luns: _luns,
    unserved: _unserved,
    acls: _acls,
    demoMode: _demoMode,
    demands: _demands,
    rules,
    ...rest
  } = group
  return { ...rest, rules: rules?.map(rule => ({ ...rule, luns: [] })) }
}

function addPortalSteps(
  from: GroupPlan['portals'],
  to: GroupPlan['portals'],
  { target, tag, steps, isNew }: GroupAt & { readonly isNew: boolean },
): void {
  const { added, removed } = compareMembers(from, to, formatPortal)
  // What a group without portals has, nobody sees: nobody is to see what of it goes, or what comes to it.
  const opening = isNew || from.length > 0 ? 'portals' : 'admit'
  const closing = to.length > 0 ? 'closePortals' : 'refuse'
  for (const portal of added) steps.add(opening, { kind: 'openPortal', target, tag, portal })
  for (const portal of removed) steps.add(closing, { kind: 'closePortal', target, tag, portal })
}
