import type { Offers } from '@lunkit/pdu'
import type { TaskRouter } from '@lunkit/scsi/transport'
import type { AccessPolicy } from './access.ts'
import type { PortalAddress } from './portal-address.ts'

/** A target node: its name, and the portal groups by which it is reached. */
export interface Target {
  /** The iSCSI name, RFC 7143 4.2.7. */
  readonly name: string
  /** What a person sees (TargetAlias). */
  readonly alias?: string
  readonly portalGroups: readonly PortalGroup[]
}

/** Where a login is sent instead of being let in, RFC 7143 11.13.5. */
export interface GroupRedirection {
  /** Whose logins; when left out, those of all who have no redirection of their own. */
  readonly initiator?: string
  /** A numeric address without brackets, or the name of a host. */
  readonly host: string
  readonly port: number
  /** Whether the target has moved there for good, so that the initiator may forget this address; false when left out. */
  readonly permanent?: boolean
}

/** A target portal group. Read anew at each login and discovery, so that getters may tell what holds now. */
export interface PortalGroup {
  /** The target portal group tag, 0 to 65535. */
  readonly tag: number
  /** A disabled group refuses logins (0301) and is not listed. */
  readonly enabled: boolean
  readonly portals: readonly PortalAddress[]
  /** What is offered in a login, and taken; keys that are left out have RFC 7143's defaults. */
  readonly parameters: Offers
  readonly access: AccessPolicy
  readonly router: TaskRouter
  /** Whether discovery lists the target to initiators that may not log in; true when left out. */
  readonly demoModeDiscovery?: boolean
  /** Whether discovery lists the group while it is disabled; false when left out. */
  readonly listedWhileDisabled?: boolean
  /** Whether its portals are opened; true when left out. Those of one that another machine serves are told as they are given. */
  readonly listens?: boolean
  /** Whether initiators may leave offers unanswered, as boot ROMs do (LIO's login_keys_workaround); true when left out. */
  readonly loginKeysWorkaround?: boolean
  /** Which logins are sent elsewhere, at once and whoever asks. Sessions that there are stay. */
  readonly redirections?: readonly GroupRedirection[]
  /** Portals of the group that are there for discovery alone: logins are refused (0209), and no one is told of them. */
  readonly discoveryOnly?: readonly PortalAddress[]
  /** How long a login may take, in milliseconds. */
  readonly loginTimeMs?: number
  /** The longest data segment that is sent, in bytes, whatever the initiator takes. */
  readonly maxSentDataSegmentLength?: number
}

/** A portal group with the target that it belongs to. */
export interface GroupOfTarget {
  readonly target: Target
  readonly group: PortalGroup
}

/** Every portal of these targets that is to be open, as often as one has it. */
export function* portalsOf(targets: Iterable<Target>): Generator<PortalAddress> {
  for (const { portalGroups } of targets)
    for (const { portals, listens } of portalGroups) if (listens !== false) yield* portals
}
