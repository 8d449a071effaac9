import { normalizeIscsiName } from '../names.ts'
import type { GroupPlan, TargetPlan } from './serving-plan.ts'

/** What tells a TPG from all others. */
export const groupKey = (target: string, tag: number): string => `${normalizeIscsiName(target)}/${tag}`

/** A target with other TPGs, each as `change` makes it of the one there was and its key; one in which nothing changes stays the same object. */
export function withGroups(target: TargetPlan, change: (group: GroupPlan, key: string) => GroupPlan): TargetPlan {
  const groups = target.groups.map(group => change(group, groupKey(target.name, group.tag)))
  return groups.every((group, at) => group === target.groups[at]) ? target : { ...target, groups }
}
