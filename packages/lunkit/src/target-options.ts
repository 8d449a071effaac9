import type { AccessPolicy, GroupRedirection, PortalAddress, PortalGroup } from '@lunkit/target'
import type { Disk } from './disk.ts'
import type { DiskServerOptions } from './server-options.ts'
import type { Storage } from './storage.ts'

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
  /** Which logins are sent elsewhere, at once and whoever asks. Sessions that there are stay. */
  readonly redirections?: readonly GroupRedirection[]
  /** Portals of the group that are there for discovery alone: logins are refused, and no one is told of them. */
  readonly discoveryOnly?: readonly PortalAddress[]
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

/** What a new target serves, and to whom. */
export interface NewTargetOptions {
  /** The disks; the first one is LUN 0, the second LUN 1. */
  readonly luns: readonly Storage[]
  /**
   * The iSCSI name, which no other target in the world has. Left out, one is made: at a portal with a port of its own, of the
   * machine and the portal, so that it is the same at every start; at a port that is any free one, a random one.
   */
  readonly name?: string
  /** What a person sees (TargetAlias). */
  readonly alias?: string
  /** Where it listens; any free port of 127.0.0.1 when left out. A port of 0 takes any free one. */
  readonly portal?: PortalAddress
  /** The initiators that may log in, by their iSCSI names; when left out, every one that reaches the portal. */
  readonly initiators?: readonly string[]
  /** What is offered in a login, and taken, by text key, over DEFAULT_LOGIN_PARAMETERS. */
  readonly parameters?: LoginParameters
}

/** A target, and the server that it has to itself. */
export interface TargetOptions extends DiskServerOptions, NewTargetOptions {}
