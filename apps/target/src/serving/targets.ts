import type { AclPlan, GroupPlan, SeenLunPlan, TargetPlan } from '@lunkit/config'
import type {
  AccessPolicy,
  InitiatorAccess,
  LoginParameters,
  LunOptions,
  PortalGroupOptions,
  ServedTargetOptions,
} from 'lunkit'
import { nodeAccess } from 'lunkit'
import type { OpenDisks } from './open-disks.ts'

/** A target of a plan as it is served; LUNs whose disk could not be opened are not there. */
export function servedTarget({ name, groups }: TargetPlan, disks: OpenDisks): ServedTargetOptions {
  const alias = groups[0]?.offers.TargetAlias
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

/** The alias is that of the target, not of a portal group. */
function loginParameters({ offers }: GroupPlan): LoginParameters {
  const { TargetAlias: _, ...parameters } = offers
  return parameters
}

/** An ACL decides for its initiator; those without one are let in in demo mode only. */
function accessPolicy({ acls, demoMode, commandDepth }: GroupPlan): AccessPolicy {
  return nodeAccess({
    acls: Object.fromEntries(acls.map(acl => [acl.initiator, accessOf(acl)])),
    generateNodeAcls: demoMode !== undefined,
    defaults: { commandDepth, authenticationRequired: demoMode?.refused !== undefined },
  })
}

/** All but the depth, which is the TPG's: what an ACL leaves out does not compile. */
function accessOf(acl: AclPlan): Omit<InitiatorAccess, 'commandDepth'> {
  return {
    authenticationRequired: acl.refused !== undefined,
    dataOutTimeoutMs: acl.dataOutTimeoutMs * acl.dataOutRetries,
    pingAfterMs: acl.nopInIntervalMs,
    pingTimeoutMs: acl.nopInTimeoutMs,
  }
}
