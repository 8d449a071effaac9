import { normalizeIscsiName, type TreeFacts } from '@lunkit/config'
import type { ControlParts } from './control-parts.ts'

/** What lunkitd knows of the tree now, beside its configuration. */
export function treeFacts({ served, witness }: ControlParts): TreeFacts {
  const { server } = served
  const sessions = sessionCounts(server.sessionLoads.map(({ session }) => session))
  return {
    storage: key => {
      const disk = server.tree.disk(key)
      if (disk !== undefined) return { isActivated: true, sizeBytes: disk.store.sizeBytes }
      const reason = served.whyNotOpen(key)
      return { ...(reason !== undefined && { isActivated: false, reason }) }
    },
    portal: (_, portal) => {
      if (server.addressOf(portal) !== undefined) return { isOpen: true }
      return { isOpen: false, reason: witness.portals.reasonOf(portal) ?? 'nobody has asked for it' }
    },
    sessions: ({ target, tag, initiator }) => sessions.get(keyOf(target, tag, initiator)) ?? 0,
  }
}

const keyOf = (target: string, tag: number, initiator = ''): string =>
  [normalizeIscsiName(target), tag, initiator === '' ? '' : normalizeIscsiName(initiator)].join('\n')

interface Counted {
  readonly targetName: string
  readonly targetPortalGroupTag: number
  readonly initiatorName: string
  readonly discovery: boolean
}

/** How many there are, of each portal group and of each initiator with it. */
function sessionCounts(sessions: readonly Counted[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const count = (key: string): unknown => counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const { targetName, targetPortalGroupTag: tag, initiatorName, discovery } of sessions) {
    if (discovery) continue
    count(keyOf(targetName, tag))
    count(keyOf(targetName, tag, initiatorName))
  }
  return counts
}
