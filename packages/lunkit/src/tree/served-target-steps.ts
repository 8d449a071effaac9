import { comparedName, formatAddress } from '@lunkit/target'
import type { LunOptions, PortalGroupOptions, ServedTargetOptions } from '../target-options.ts'
import type { GroupNode } from './group-node.ts'
import type { GroupSettings } from './group-settings.ts'
import type { LunTable } from './lun-table.ts'
import type { Step } from './step.ts'
import type { TargetNode } from './target-node.ts'

/** The steps that have a target be as a program describes it, in place of what there is of that name. */
export function servedTargetSteps(now: TargetNode | undefined, target: ServedTargetOptions): Step[] {
  const { name, alias, portalGroups } = target
  const kept = new Set(portalGroups.map(({ tag }) => tag))
  const gone = [...(now?.groups.keys() ?? [])].filter(tag => !kept.has(tag))
  return [
    { kind: now ? 'changeTarget' : 'addTarget', target: name, alias },
    ...portalGroups.flatMap(group => groupSteps(name, now?.groups.get(group.tag), group)),
    ...gone.map((tag): Step => ({ kind: 'removeGroup', target: name, tag })),
  ]
}

function groupSteps(target: string, now: GroupNode | undefined, group: PortalGroupOptions): Step[] {
  const of = { target, tag: group.tag }
  const settings = settingsOf(group)
  const own = new Map([...(group.lunsOf ?? [])].map(([initiator, luns]) => [comparedName(initiator), luns]))
  const gone = [...(now?.acls.keys() ?? [])].filter(initiator => !own.has(initiator))
  return [
    { kind: now ? 'changeGroup' : 'addGroup', ...of, settings },
    ...lunSteps({ ...of, initiator: undefined }, now?.demoTable, group.luns),
    ...[...own].flatMap(([initiator, luns]) => aclSteps({ ...of, initiator }, now, luns)),
    ...gone.map((initiator): Step => ({ kind: 'removeAcl', ...of, initiator })),
    ...group.portals.map((portal): Step => ({ kind: 'openPortal', ...of, portal })),
    ...closedPortals(now, group).map((portal): Step => ({ kind: 'closePortal', ...of, portal })),
  ]
}

/** What says who may log in is the program's own. */
function settingsOf(group: PortalGroupOptions): GroupSettings {
  const { access, parameters, demoModeDiscovery, loginKeysWorkaround, loginTimeMs, redirections, discoveryOnly } = group
  return {
    policy: access,
    ...(parameters && { parameters }),
    ...(demoModeDiscovery !== undefined && { demoModeDiscovery }),
    ...(loginKeysWorkaround !== undefined && { loginKeysWorkaround }),
    ...(loginTimeMs !== undefined && { loginTimeMs }),
    ...(redirections !== undefined && { redirections }),
    ...(discoveryOnly !== undefined && { discoveryOnly }),
  }
}

interface Place {
  readonly target: string
  readonly tag: number
  readonly initiator: string | undefined
}

function aclSteps(
  of: Place & { readonly initiator: string },
  now: GroupNode | undefined,
  luns: readonly LunOptions[],
): Step[] {
  const acl = now?.acls.get(of.initiator)
  return [...(acl ? [] : [{ kind: 'addAcl', ...of } as const]), ...lunSteps(of, acl?.table, luns)]
}

function lunSteps(of: Place, now: LunTable | undefined, luns: readonly LunOptions[]): Step[] {
  const kept = new Set(luns.map(({ lun }) => lun))
  const gone = [...(now?.entries.keys() ?? [])].filter(lun => !kept.has(lun))
  return [
    ...gone.map((lun): Step => ({ kind: 'unmapLun', ...of, lun })),
    ...luns.map(
      ({ lun, disk, writeProtected = false }): Step => ({
        kind: 'mapLun',
        ...of,
        lun,
        disk: disk.key,
        writeProtected,
      }),
    ),
  ]
}

function closedPortals(now: GroupNode | undefined, { portals }: PortalGroupOptions): GroupNode['portals'] {
  const kept = new Set(portals.map(formatAddress))
  return (now?.portals ?? []).filter(portal => !kept.has(formatAddress(portal)))
}
