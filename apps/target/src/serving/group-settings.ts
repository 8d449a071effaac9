import type {
  AclPlan,
  CredentialsPlan,
  DemoModePlan,
  GroupPlan,
  LoginPlan,
  RedirectionPlan,
  RulePlan,
} from '@lunkit/config'
import type {
  AccessRule,
  GroupRedirection,
  GroupSettings,
  InitiatorAccess,
  LoginParameters,
  LoginProof,
  TargetCredentials,
} from 'lunkit'

/** What a portal group of a plan has beside portals, ACLs and LUNs. */
export function groupSettings(group: GroupPlan): GroupSettings {
  return {
    parameters: loginParameters(group),
    accessDefaults: { commandDepth: group.commandDepth },
    demoModeDiscovery: group.discoverableByAll,
    loginKeysWorkaround: group.loginKeysWorkaround,
    loginTimeMs: group.loginTimeoutMs,
    ...(group.rules && { rules: group.rules.map(accessRule) }),
    ...(group.discoveryOnly && { discoveryOnly: group.discoveryOnly }),
    ...(group.redirections && { redirections: group.redirections.map(redirection) }),
  }
}

const accessRule = ({ name, match, ...rule }: RulePlan): AccessRule => ({ name, match, access: aclAccess(rule) })

const redirection = ({ initiator, ...place }: RedirectionPlan): GroupRedirection =>
  initiator === undefined ? place : { ...place, initiator }

/** The alias is that of the target, not of a portal group. */
function loginParameters({ offers }: GroupPlan): LoginParameters {
  const { TargetAlias: _, ...parameters } = offers
  return parameters
}

/** What logins must prove. Who is refused whatever it proves is told so; who would have to prove what it cannot, that. */
export function loginProof({ proof, refused }: LoginPlan): LoginProof {
  const { required: authenticationRequired, credentials } = proof
  return {
    authenticationRequired,
    ...(credentials && { credentials: targetCredentials(credentials) }),
    ...(refused !== undefined && !authenticationRequired && { refused }),
  }
}

const targetCredentials = ({ mutual, ...credentials }: CredentialsPlan): TargetCredentials => ({
  ...credentials,
  ...(mutual && { mutual }),
})

/** All but the depth, which is the TPG's: what an ACL leaves out does not compile. */
export function aclAccess(acl: Omit<AclPlan, 'initiator'>): Omit<InitiatorAccess, 'commandDepth'> {
  return {
    ...loginProof(acl),
    dataOutTimeoutMs: acl.dataOutTimeoutMs * acl.dataOutRetries,
    pingAfterMs: acl.nopInIntervalMs,
    pingTimeoutMs: acl.nopInTimeoutMs,
  }
}

/** How those are treated who have no ACL; undefined: they are not let in. */
export function demoAccess(demoMode: DemoModePlan | undefined): Partial<InitiatorAccess> | undefined {
  return demoMode && loginProof(demoMode)
}
