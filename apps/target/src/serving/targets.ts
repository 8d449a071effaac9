import type { AclPlan, GroupPlan, SeenLunPlan, TargetPlan } from '@lunkit/config'
import type { AccessPolicy, InitiatorAccess, LunOptions, PortalGroupOptions, ServedTargetOptions } from 'lunkit'
import { DEFAULT_ACCESS } from 'lunkit'
import type { OpenDisks } from './disks.ts'
import { loginParameters } from './login-parameters.ts'

/** A target of a plan as it is served; LUNs whose disk could not be opened are not there. */
export function servedTarget({ name, groups }: TargetPlan, disks: OpenDisks): ServedTargetOptions {
  const alias = groups[0]?.parameters.TargetAlias
  return {
    name,
    ...(alias !== undefined && alias !== '' && { alias }),
    portalGroups: groups.map(group => portalGroup(group, disks)),
  }
}

function portalGroup(group: GroupPlan, disks: OpenDisks): PortalGroupOptions {
  return {
    tag: group.tag,
    portals: group.portals,
    access: accessPolicy(group),
    luns: openLuns(group.demoMode?.luns ?? [], disks),
    lunsOf: new Map(group.acls.map(({ initiator, luns }) => [initiator, openLuns(luns, disks)])),
    parameters: loginParameters(group),
    demoModeDiscovery: group.discoverableByAll,
    loginKeysWorkaround: group.loginKeysWorkaround,
    loginTimeMs: group.loginTimeoutMs,
  }
}

function openLuns(luns: readonly SeenLunPlan[], disks: OpenDisks): readonly LunOptions[] {
  return luns.flatMap(({ lun, storage, writeProtected }) => {
    const disk = disks.get(storage)
    return disk === undefined ? [] : [{ lun, disk, writeProtected }]
  })
}

/** An ACL decides for its initiator; those without one are let in in demo mode only. */
function accessPolicy({ acls, demoMode, commandDepth }: GroupPlan): AccessPolicy {
  const byInitiator = new Map(acls.map(acl => [acl.initiator, accessOf(acl, commandDepth)]))
  const others: InitiatorAccess | undefined = demoMode && {
    ...DEFAULT_ACCESS,
    commandDepth,
    authenticationRequired: demoMode.refused !== undefined,
  }
  return initiatorName => byInitiator.get(initiatorName) ?? others
}

function accessOf(acl: AclPlan, commandDepth: number): InitiatorAccess {
  return {
    authenticationRequired: acl.refused !== undefined,
    commandDepth,
    dataOutTimeoutMs: acl.dataOutTimeoutMs * acl.dataOutRetries,
    pingAfterMs: acl.nopInIntervalMs,
    pingTimeoutMs: acl.nopInTimeoutMs,
  }
}
