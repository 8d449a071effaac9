import type { AccessPolicy, PortalAddress, PortalGroup } from '@lunkit/target'
import type { Disk } from './disk.ts'

/** A disk under a logical unit number. */
export interface LunOptions {
  /** 0 to 16383. */
  readonly lun: number
  readonly disk: Disk
  /** Refuses what changes the medium, through this number. */
  readonly writeProtected?: boolean
}

/** What is offered in a login, and taken, by text key; those that are left out have RFC 7143's defaults. */
export type LoginParameters = PortalGroup['parameters']

/** A portal group: the addresses of a target, who may log in there, and what they see. */
export interface PortalGroupOptions {
  /** The target portal group tag, 0 to 65535. */
  readonly tag: number
  /** Where it is reached; a port of 0 takes any free one. */
  readonly portals: readonly PortalAddress[]
  /** Who may log in, and how they are treated. */
  readonly access: AccessPolicy
  /** What initiators see that have no list of their own. */
  readonly luns: readonly LunOptions[]
  /** What some initiators see instead, by their names. */
  readonly lunsOf?: ReadonlyMap<string, readonly LunOptions[]>
  readonly parameters?: LoginParameters
  /** Whether discovery lists the target to initiators that may not log in; true when left out. */
  readonly demoModeDiscovery?: boolean
  /** Whether initiators may leave offers unanswered, as boot ROMs do (LIO's login_keys_workaround); true when left out. */
  readonly loginKeysWorkaround?: boolean
  /** How long a login may take, in milliseconds. */
  readonly loginTimeMs?: number
}

/** A target with its portal groups. */
export interface ServedTargetOptions {
  /** The iSCSI name. */
  readonly name: string
  /** What a person sees (TargetAlias). */
  readonly alias?: string
  readonly portalGroups: readonly PortalGroupOptions[]
}
