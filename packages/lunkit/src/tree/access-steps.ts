import { comparedName } from '@lunkit/target'
import type { Acl, GroupNode } from './group-node.ts'
import { LunTable } from './lun-table.ts'
import type { StepOf } from './step.ts'
import type { StepPlace } from './step-place.ts'
import type { Transaction } from './transaction.ts'
import type { TreeParts } from './tree-parts.ts'

/** An ACL with a table of its own, which is empty. */
export function addAcl(parts: TreeParts, step: StepOf<'addAcl'>, { transaction }: StepPlace): void {
  const group = parts.group(step)
  const name = comparedName(step.initiator)
  if (group.acls.has(name)) throw new RangeError(`${group.title} has an ACL of ${name} already`)
  const table = new LunTable(group.router, name)
  setAcl(group, { name, acl: { access: step.access ?? {}, table } }, transaction)
  transaction.touch(table)
  tell(parts, step, transaction)
}

/** Other access for those who log in from now on; who may not any more is told to log out. */
export function changeAcl(parts: TreeParts, step: StepOf<'changeAcl'>, { transaction }: StepPlace): void {
  const group = parts.group(step)
  const name = comparedName(step.initiator)
  const { table } = group.acl(name)
  setAcl(group, { name, acl: { access: step.access ?? {}, table } }, transaction)
  tell(parts, step, transaction)
}

/** Takes an ACL away with its table. */
export function removeAcl(parts: TreeParts, step: StepOf<'removeAcl'>, { transaction }: StepPlace): void {
  const group = parts.group(step)
  const name = comparedName(step.initiator)
  const { table } = group.acl(name)
  setAcl(group, { name, acl: undefined }, transaction)
  table.present = false
  transaction.undo(() => {
    table.present = true
  })
  transaction.touch(table)
  tell(parts, step, transaction)
}

/** Lets initiators without an ACL in, or not any more. */
export function setDemoMode(parts: TreeParts, step: StepOf<'setDemoMode'>, { transaction }: StepPlace): void {
  const group = parts.group(step)
  const { demoMode: before } = group
  group.demoMode = step.access
  transaction.undo(() => {
    group.demoMode = before
  })
  tell(parts, step, transaction)
}

function setAcl(
  { acls }: GroupNode,
  { name, acl }: { readonly name: string; readonly acl: Acl | undefined },
  transaction: Transaction,
): void {
  const before = acls.get(name)
  const set = (value: Acl | undefined): void => {
    if (value) acls.set(name, value)
    else acls.delete(name)
  }
  set(acl)
  transaction.undo(() => set(before))
}

/** Who logs in from now on is judged anew, and so is who has. */
function tell(
  parts: TreeParts,
  step: StepOf<'addAcl' | 'changeAcl' | 'removeAcl' | 'setDemoMode'>,
  transaction: Transaction,
): void {
  transaction.targets.add(parts.target(step.target))
  transaction.groups.add(parts.group(step))
}
