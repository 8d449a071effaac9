import { type GroupPlan, normalizeIscsiName, type ServingPlan } from '@lunkit/config'
import type { SessionDescription } from 'lunkit'

type AclPlan = GroupPlan['acls'][number]

/** What a session sees of a plan. */
export interface SeenLuns {
  /** The ACL of its initiator; undefined: it has none. */
  readonly acl: AclPlan | undefined
  readonly luns: AclPlan['luns']
}

/** Which LUNs a session sees, by the numbers that it knows them by; none in a discovery session. */
export function seenLuns({ targets }: Pick<ServingPlan, 'targets'>, session: SessionDescription): SeenLuns {
  const { targetName, targetPortalGroupTag: tag, discovery } = session
  const target = targets.find(({ name }) => name === normalizeIscsiName(targetName))
  const group = target?.groups.find(each => each.tag === tag)
  const initiator = normalizeIscsiName(session.initiatorName)
  const acl = group?.acls.find(each => each.initiator === initiator)
  const rule = session.rule === undefined ? undefined : group?.rules?.find(({ name }) => name === session.rule)
  const seen = session.rule === undefined ? (acl ?? group?.demoMode) : rule
  return { acl: session.rule === undefined ? acl : undefined, luns: discovery ? [] : (seen?.luns ?? []) }
}
