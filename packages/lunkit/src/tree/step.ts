import type { InitiatorAccess, PortalAddress } from '@lunkit/target'
import type { Storage } from '../storage.ts'
import type { DisabledGroup } from './disabled-group.ts'
import type { GroupSettings } from './group-settings.ts'
import type { ServerSettings } from './server-settings.ts'

/** Another size of a disk, in bytes; undefined: the one that its medium has by itself. */
export interface Resize {
  readonly from: number | undefined
  readonly to: number | undefined
}

/** Which portal group a step is about. */
interface OfGroup {
  readonly target: string
  readonly tag: number
}

/** Whose LUN map a step is about: an initiator's own, that of an access rule, or with `undefined` that of all who have none. */
interface OfInitiator extends OfGroup {
  readonly initiator: string | undefined
  /** The name of a rule of the group, whose LUNs they are. */
  readonly rule?: string
}

/** A change of one thing that is served. Disks are known by keys that the caller gives, all else by the standard's names. */
export type Step =
  /** Opens a disk; nobody sees it before a LUN maps it. One that could not be opened before is tried again. */
  | { readonly kind: 'openDisk'; readonly disk: string; readonly storage: Storage; readonly target?: string }
  /**
   * Closes one disk and opens another: of the same key, whose LUNs stay, or of another one. For what cannot be open at one
   * time: two on one file, or with one identity.
   */
  | { readonly kind: 'replaceDisk'; readonly disk: string; readonly replaces: string; readonly storage: Storage }
  /**
   * Changes a disk while it is served: to the attributes that this storage gives its unit, and to another size, where `resize` says
   * so; undefined in it is the size that the medium has by itself. What `storage` is opened with counts when it is opened again.
   */
  | {
      readonly kind: 'changeDisk'
      readonly disk: string
      readonly storage: Storage
      readonly resize?: Resize
    }
  /** Forgets that a flush of a disk has failed, where one has: it serves writes and flushes again (see `Store.clearFault`). */
  | { readonly kind: 'clearFault'; readonly disk: string }
  /** Closes a disk; its LUNs go with it. Tasks of it end with LOGICAL UNIT NOT SUPPORTED. */
  | { readonly kind: 'closeDisk'; readonly disk: string }
  | {
      readonly kind: 'addTarget' | 'changeTarget'
      readonly target: string
      readonly alias?: string | undefined
      /** Its groups that are not served, all of them. */
      readonly disabledGroups?: readonly DisabledGroup[]
    }
  /** Takes a target away with all that it has; its sessions are told to log out, then ended. */
  | { readonly kind: 'removeTarget'; readonly target: string }
  /** `relativePortId` left out: the lowest that is free. */
  | ({ readonly kind: 'addGroup'; readonly relativePortId?: number; readonly settings: GroupSettings } & OfGroup)
  | ({ readonly kind: 'changeGroup'; readonly settings: GroupSettings } & OfGroup)
  | ({ readonly kind: 'removeGroup' } & OfGroup)
  /** One that could not be opened before is tried again. */
  | ({ readonly kind: 'openPortal' | 'closePortal'; readonly portal: PortalAddress } & OfGroup)
  /** An initiator gets access and a LUN map of its own, which is empty, or other access. */
  | ({ readonly kind: 'addAcl' | 'changeAcl'; readonly access?: Partial<InitiatorAccess> } & OfGroup & InitiatorName)
  | ({ readonly kind: 'removeAcl' } & OfGroup & InitiatorName)
  /** Initiators without an ACL may log in, or with `undefined` may not any more. */
  | ({ readonly kind: 'setDemoMode'; readonly access: Partial<InitiatorAccess> | undefined } & OfGroup)
  /** A disk under a number, in place of the one that was there. */
  | ({
      readonly kind: 'mapLun'
      readonly lun: number
      readonly disk: string
      readonly writeProtected?: boolean
    } & OfInitiator)
  | ({ readonly kind: 'unmapLun'; readonly lun: number } & OfInitiator)
  /** What holds for the whole server; limits that are left out are the target's own. */
  | ({ readonly kind: 'changeServer' } & ServerSettings)

interface InitiatorName {
  readonly initiator: string
}

/** The kind of a step. */
export type StepKind = Step['kind']

/** A step of one kind, or of several. */
export type StepOf<K extends StepKind> = OfKind<Step, K>

/** Of steps of whatever list, those of one kind, or of several. */
export type OfKind<S extends { readonly kind: string }, K extends S['kind']> = K extends S['kind'] ? OneOf<S, K> : never

type OneOf<S extends { readonly kind: string }, K> = S extends { readonly kind: string }
  ? K extends S['kind']
    ? S & { readonly kind: K }
    : never
  : never
