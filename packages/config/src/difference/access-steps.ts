import { isDeepStrictEqual } from 'node:util'
import type { LoginPlan } from '../plan/login-plan.ts'
import type { AclPlan, DemoModePlan, GroupPlan, SeenLunPlan } from '../plan/serving-plan.ts'
import { compareMembers } from './members.ts'
import type { OrderedSteps, Stage } from './ordered-steps.ts'

/** A portal group of a target, and where its steps go. */
export interface GroupAt {
  readonly target: string
  readonly tag: number
  readonly steps: OrderedSteps
}

/** Who may log in to a group, and what they see. */
type Access = Pick<GroupPlan, 'acls' | 'demoMode' | 'rules'>

/** The access of a group that is not there. */
export const NO_ACCESS: Access = { acls: [], demoMode: undefined }

/** The steps from one access of a group to another. */
export function addAccessSteps(from: Access, to: Access, at: GroupAt): void {
  const { target, tag, steps } = at
  const { added, removed, both } = compareMembers(from.acls, to.acls, ({ initiator }) => initiator)
  for (const plan of added) steps.add('acls', { kind: 'addAcl', target, tag, plan })
  for (const { initiator } of removed) steps.add('removeAcls', { kind: 'removeAcl', target, tag, initiator })
  for (const [before, plan] of both)
    if (!isDeepStrictEqual(withoutLuns(before), withoutLuns(plan)))
      steps.add(stageOf(before, plan, 'acls'), { kind: 'changeAcl', target, tag, plan })
  for (const acl of added) addLunSteps([], acl.luns, { ...at, initiator: acl.initiator })
  for (const acl of removed) addLunSteps(acl.luns, [], { ...at, initiator: acl.initiator })
  for (const [before, acl] of both) addLunSteps(before.luns, acl.luns, { ...at, initiator: acl.initiator })
  addDemoModeSteps(from.demoMode, to.demoMode, at)
  addRuleSteps(from.rules, to.rules, at)
}

/** Rules come and go with the group's settings, and the LUNs of those that go with them. */
function addRuleSteps(from: Access['rules'] = [], to: Access['rules'] = [], at: GroupAt): void {
  const { added, both } = compareMembers(from, to, ({ name }) => name)
  const of = (rule: string) => ({ ...at, initiator: undefined, rule })
  for (const { name, luns } of added) addLunSteps([], luns, of(name))
  for (const [before, { name, luns }] of both) addLunSteps(before.luns, luns, of(name))
}

function withoutLuns(acl: AclPlan): Omit<AclPlan, 'luns'> {
  const { luns: _, ...rest } = acl
  return rest
}

/** Refusing and demanding come first and admitting last, whatever else a change holds. */
function stageOf(from: LoginPlan | undefined, to: LoginPlan | undefined, otherwise: Stage): Stage {
  if (from === undefined || to === undefined) return otherwise
  if (from.refused !== to.refused) return to.refused === undefined ? 'admit' : 'refuse'
  if (from.proof.required !== to.proof.required) return to.proof.required ? 'refuse' : 'admit'
  return otherwise
}

const isSameLogin = (one: LoginPlan, other: LoginPlan): boolean =>
  one.refused === other.refused && isDeepStrictEqual(one.proof, other.proof)

function addDemoModeSteps(from: DemoModePlan | undefined, to: DemoModePlan | undefined, at: GroupAt): void {
  if (from === to) return
  const { target, tag, steps } = at
  const stage = stageOf(from, to, to === undefined ? 'endDemoModes' : 'demoModes')
  const isSame = from !== undefined && to !== undefined && isSameLogin(from, to)
  if (!isSame) steps.add(stage, { kind: 'setDemoMode', target, tag, plan: to })
  addLunSteps(from?.luns ?? [], to?.luns ?? [], { ...at, initiator: undefined })
}

function addLunSteps(
  from: readonly SeenLunPlan[],
  to: readonly SeenLunPlan[],
  { target, tag, initiator, rule, steps }: GroupAt & { readonly initiator: string | undefined; readonly rule?: string },
): void {
  const whose = { target, tag, initiator, ...(rule !== undefined && { rule }) }
  const { added, removed, both } = compareMembers(from, to, ({ lun }) => lun)
  const changed = both.flatMap(([before, seen]) => (isSameLun(before, seen) ? [] : [seen]))
  for (const { lun, storage: disk, writeProtected } of [...added, ...changed])
    steps.add('luns', { kind: 'mapLun', ...whose, lun, disk, writeProtected })
  for (const { lun } of removed) steps.add('unmap', { kind: 'unmapLun', ...whose, lun })
}

function isSameLun(one: SeenLunPlan, other: SeenLunPlan): boolean {
  return one.storage === other.storage && one.writeProtected === other.writeProtected
}
