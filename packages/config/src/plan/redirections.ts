import { normalizeIscsiName } from '../names.ts'
import type { PortalAddress } from '../portal-address.ts'
import { parseRedirectionAddress } from '../redirection-address.ts'
import type { LunkitSettings } from '../saveconfig.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { GroupPlan, RedirectionPlan, TargetPlan } from './serving-plan.ts'

type Given = LunkitSettings['redirections']

const keyOf = (target: string, tag: number): string => `${normalizeIscsiName(target)}/${tag}`

/** Targets with where their logins are sent; what has no redirection stays the same objects. Of two for the same logins the first holds. */
export function withRedirections(
  targets: readonly TargetPlan[],
  given: Given,
  notices: Notices,
): readonly TargetPlan[] {
  if (given === undefined || given.length === 0) return targets
  const byGroup = Map.groupBy(given, ({ value }) => keyOf(value.target, value.tag))
  const served = new Set<string>()
  const changed = targets.map(target => {
    const groups = target.groups.map(group => {
      const key = keyOf(target.name, group.tag)
      served.add(key)
      return withOwn(group, byGroup.get(key))
    })
    return groups.every((group, at) => group === target.groups[at]) ? target : { ...target, groups }
  })
  for (const { value, path } of given)
    if (!served.has(keyOf(value.target, value.tag)))
      notices.add(NoticeKind.unused, `no TPG ${value.tag} of ${value.target} is served; nobody is redirected`, path)
  return changed
}

function withOwn(group: GroupPlan, given: Given): GroupPlan {
  if (given === undefined) return group
  const redirections = given.map(({ value }): RedirectionPlan => {
    const { initiator, permanent = false, address } = value
    const place = parseRedirectionAddress(address) as PortalAddress
    return { initiator: initiator === undefined ? undefined : normalizeIscsiName(initiator), ...place, permanent }
  })
  return { ...group, redirections }
}
