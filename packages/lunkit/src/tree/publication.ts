import { comparedName, type SessionDescription } from '@lunkit/target'
import { LOGOUT_GRACE_MS } from '../logout-grace.ts'
import type { Conclusion } from './conclusion.ts'
import type { GroupNode } from './group-node.ts'
import type { TargetNode } from './target-node.ts'
import type { Transaction } from './transaction.ts'
import type { TreeParts } from './tree-parts.ts'

/** Tells initiators, in one turn of the event loop, of what has changed, and begins to end what is not there any more. */
export function publish(parts: TreeParts, transaction: Transaction, conclusion: Conclusion): void {
  const { server, close, configure } = parts.resources
  if (transaction.settings) configure(transaction.settings)
  for (const { disk } of transaction.faultsCleared) disk?.store.clearFault()
  for (const target of transaction.targets) if (parts.has(target)) server.define(target.described)
  for (const { name } of transaction.removedTargets) if (!parts.findTarget(name)) server.undefine(name)
  conclusion.add('tasks of LUNs that were taken away', transaction.publishLuns())
  for (const disk of transaction.closings)
    conclusion.add(
      `${disk.store.plugin}/${disk.name}`,
      close(disk).then(failures => transaction.flushFailures.push(...failures)),
    )
  for (const group of transaction.groups)
    if (!transaction.removedGroups.has(group)) conclusion.add(`sessions of ${group.title}`, endStrangers(parts, group))
  endRemoved(parts, transaction, conclusion)
  if (transaction.losesPortals) conclusion.add('portals that are closed', server.adjustPortals())
}

function endRemoved(parts: TreeParts, transaction: Transaction, conclusion: Conclusion): void {
  const ends = new Map<GroupNode, Promise<void>>()
  for (const group of transaction.removedGroups) ends.set(group, endGroup(parts, group))
  for (const [group, end] of ends) conclusion.add(`sessions of ${group.title}`, end)
  for (const target of transaction.removedTargets) conclusion.add(target.name, releaseName(parts, target, ends))
}

/** Has those log out, and ends them, whose access was taken away. Who may log in does not notice. */
async function endStrangers({ resources }: TreeParts, group: GroupNode): Promise<void> {
  const { access } = group
  // What they would have to prove now is for logins to come, as with LIO: who is there stays.
  // Who was let in by a rule sees the LUNs of that rule, and has to come back to see others.
  const mayStay = ({ initiatorName, remote, rule }: OfGroup): boolean => {
    const now = access(comparedName(initiatorName), remote.host)
    return now !== undefined && now.refused === undefined && now.rule === rule
  }
  await resources.server.logOutSessions(session => isOf(group, session) && !mayStay(session), LOGOUT_GRACE_MS)
}

async function endGroup({ resources }: TreeParts, group: GroupNode): Promise<void> {
  const { server, device } = resources
  await server.logOutSessions(session => isOf(group, session), LOGOUT_GRACE_MS)
  device.removePortGroup(group.router)
}

/** The name of a target is that of its port too: nobody else has it before the last session has ended. */
async function releaseName(
  { resources }: TreeParts,
  { name, groups }: TargetNode,
  ends: ReadonlyMap<GroupNode, Promise<void>>,
): Promise<void> {
  await Promise.all([...groups.values()].flatMap(group => ends.get(group) ?? []))
  resources.releaseName(name)
}

type OfGroup = Pick<SessionDescription, 'initiatorName' | 'remote' | 'rule' | 'targetName' | 'targetPortalGroupTag'>

const isOf = (group: GroupNode, { targetName, targetPortalGroupTag }: OfGroup): boolean =>
  targetName === group.targetName && targetPortalGroupTag === group.tag
