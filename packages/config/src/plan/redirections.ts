import { normalizeIscsiName } from '../names.ts'
import type { PortalAddress } from '../portal-address.ts'
import { parseRedirectionAddress } from '../redirection-address.ts'
import { circleWords, redirectionCircle } from '../redirection-circle.ts'
import type { LunkitSettings } from '../saveconfig.ts'
import { groupKey, withGroups } from './changed-groups.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { GroupPlan, RedirectionPlan, TargetPlan } from './serving-plan.ts'

type Given = LunkitSettings['redirections']

/** Targets with where their logins are sent; what has no redirection stays the same objects. Of two for the same logins the first holds. */
export function withRedirections(
  targets: readonly TargetPlan[],
  given: Given,
  notices: Notices,
): readonly TargetPlan[] {
  if (given === undefined || given.length === 0) return targets
  const byGroup = Map.groupBy(given, ({ value }) => groupKey(value.target, value.tag))
  const served = new Set<string>()
  const changed = targets.map(target =>
    withGroups(target, (group, key) => {
      served.add(key)
      return withOwn(group, byGroup.get(key))
    }),
  )
  for (const { value, path } of given)
    if (!served.has(groupKey(value.target, value.tag)))
      notices.add(NoticeKind.unused, `no TPG ${value.tag} of ${value.target} is served; nobody is redirected`, path)
  noteCircles(changed, given, notices)
  return changed
}

/** Says which redirections send logins to where they come back from, from one TPG of a target to another. */
function noteCircles(targets: readonly TargetPlan[], given: NonNullable<Given>, notices: Notices): void {
  const byName = new Map(targets.map(target => [target.name, target]))
  for (const { value, path } of given) {
    const { tag, initiator } = value
    const groups = byName.get(normalizeIscsiName(value.target))?.groups ?? []
    const whose = initiator === undefined ? undefined : normalizeIscsiName(initiator)
    const circle = redirectionCircle(groups, { tag, initiator: whose })
    if (circle === undefined) continue
    const wrong = `sends logins in a circle: ${circleWords(circle)}`
    notices.wrong([...path, 'address'], { wrong, right: 'a place that lets them in', so: 'they get nowhere' })
  }
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
