import { loseGroup } from './group-steps.ts'
import type { StepOf } from './step.ts'
import type { StepPlace } from './step-place.ts'
import { TargetNode } from './target-node.ts'
import type { TreeParts } from './tree-parts.ts'

/** A target without portal groups. */
export function addTarget(parts: TreeParts, step: StepOf<'addTarget'>, { transaction }: StepPlace): void {
  const { target: name, alias, disabledGroups = [] } = step
  const { takeName, releaseName } = parts.resources
  if (parts.findTarget(name)) throw new RangeError(`there is a target ${name} already`)
  takeName(name)
  transaction.undo(() => releaseName(name))
  const node = new TargetNode(name, alias)
  node.disabledGroups = disabledGroups
  parts.putTarget(node)
  transaction.undo(() => parts.deleteTarget(node))
  transaction.targets.add(node)
}

/** Another alias and other groups that are disabled, for those who log in from now on. */
export function changeTarget(parts: TreeParts, step: StepOf<'changeTarget'>, { transaction }: StepPlace): void {
  const node = parts.target(step.target)
  const { alias, disabledGroups } = node
  node.alias = step.alias
  node.disabledGroups = step.disabledGroups ?? []
  transaction.undo(() => {
    node.alias = alias
    node.disabledGroups = disabledGroups
  })
  transaction.targets.add(node)
}

/** Nobody can log in to the target any more, and its sessions end when nothing can fail any more. */
export function removeTarget(parts: TreeParts, step: StepOf<'removeTarget'>, { transaction }: StepPlace): void {
  const node = parts.target(step.target)
  parts.deleteTarget(node)
  transaction.undo(() => parts.putTarget(node))
  for (const group of node.groups.values()) loseGroup(group, transaction)
  transaction.removedTargets.add(node)
}
