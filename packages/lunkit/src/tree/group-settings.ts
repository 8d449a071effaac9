import type { AccessPolicy, AccessRule, GroupRedirection, InitiatorAccess, PortalAddress } from '@lunkit/target'
import type { LoginParameters } from '../target-options.ts'

/** What a portal group has beside its portals, its ACLs and its LUNs. */
export interface GroupSettings {
  /** What is offered in a login, and taken, by text key; those that are left out have RFC 7143's defaults. */
  readonly parameters?: LoginParameters
  /** What ACLs, and the access of those without one, leave out. */
  readonly accessDefaults?: Partial<InitiatorAccess>
  /** Decides about every initiator instead of ACLs and demo mode. */
  readonly policy?: AccessPolicy
  /** Whether discovery lists the target to initiators that may not log in; true when left out. */
  readonly demoModeDiscovery?: boolean
  /** Whether initiators may leave offers unanswered, as boot ROMs do (LIO's login_keys_workaround); true when left out. */
  readonly loginKeysWorkaround?: boolean
  /** Which logins are sent elsewhere, at once and whoever asks. Sessions that there are stay. */
  readonly redirections?: readonly GroupRedirection[]
  /**
   * Who is let in without an ACL, by whole names, beginnings of names and networks, the most specific first; each has LUNs of its
   * own. Who is let in by a rule that is not there any more, or not about it, is told to log out.
   */
  readonly rules?: readonly AccessRule[]
  /** Portals that are there for discovery alone: logins are refused, and no one is told of them. */
  readonly discoveryOnly?: readonly PortalAddress[]
  /** How long a login may take, in milliseconds. */
  readonly loginTimeMs?: number
}
