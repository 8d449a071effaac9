import type { LoginPlan } from '../plan/login-plan.ts'
import type { AclPlan, DemoModePlan, DisabledGroupPlan, GroupPlan, ServingPlan } from '../plan/serving-plan.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import type { PortalAddress } from '../portal-address.ts'
import type { LimitSettings } from '../tables/limit-settings.ts'

/** A portal group of a target. */
interface OfGroup {
  /** The target's name, normalized. */
  readonly target: string
  readonly tag: number
}

/** What one initiator sees, or every one without an ACL. */
interface OfInitiator extends OfGroup {
  /** Normalized; undefined: those without an ACL. */
  readonly initiator: string | undefined
  /** The name of an access rule: what those see whom it lets in. */
  readonly rule?: string
}

/** A disk is opened, or one that is open changes or goes. `disk` is the StoragePlan's key. */
export type DiskStep =
  | { readonly kind: 'openDisk'; readonly disk: string; readonly plan: StoragePlan }
  /** `replaces` is closed first: it has the key, the file or the serial number that `disk` is opened with. No LUN is either of them. */
  | { readonly kind: 'replaceDisk'; readonly disk: string; readonly replaces: string; readonly plan: StoragePlan }
  /** What changes may change while the disk is served: see storageChanges. */
  | { readonly kind: 'changeDisk'; readonly disk: string; readonly from: StoragePlan; readonly plan: StoragePlan }
  /** No LUN is it any more. */
  | { readonly kind: 'closeDisk'; readonly disk: string }

/** A target without its groups; what is below it goes with it. */
export type TargetStep =
  | {
      readonly kind: 'addTarget' | 'changeTarget'
      readonly target: string
      readonly alias: string | undefined
      /** The groups that are disabled, all of them. */
      readonly disabled: readonly DisabledGroupPlan[]
    }
  | { readonly kind: 'removeTarget'; readonly target: string }

/** A portal group without its portals, ACLs and LUNs; what is below it goes with it. */
export type GroupStep =
  | ({ readonly kind: 'addGroup' | 'changeGroup'; readonly plan: GroupPlan } & OfGroup)
  | ({ readonly kind: 'removeGroup' } & OfGroup)

/** A portal of a group. */
export type PortalStep = { readonly kind: 'openPortal' | 'closePortal'; readonly portal: PortalAddress } & OfGroup

/** Who may log in to a group, without the LUNs: those are mapped after an ACL is added, and unmapped before it is removed. */
export type AccessStep =
  | ({ readonly kind: 'addAcl' | 'changeAcl'; readonly plan: AclPlan } & OfGroup)
  | ({ readonly kind: 'removeAcl'; readonly initiator: string } & OfGroup)
  /** Undefined: initiators without an ACL are not let in. */
  | ({ readonly kind: 'setDemoMode'; readonly plan: DemoModePlan | undefined } & OfGroup)

/** A disk under a number, in place of whatever has that number. */
export type LunStep =
  | ({
      readonly kind: 'mapLun'
      readonly lun: number
      readonly disk: string
      readonly writeProtected: boolean
    } & OfInitiator)
  | ({ readonly kind: 'unmapLun'; readonly lun: number } & OfInitiator)

/** What holds for the whole server. */
export interface ServerStep {
  readonly kind: 'changeServer'
  /** Microseconds. */
  readonly pollUs: number
  readonly limits: LimitSettings
  readonly lanePlacement: ServingPlan['lanePlacement']
  /** How discovery sessions log in. */
  readonly discovery: LoginPlan
}

/** One change of what is served, in words that need no plan to be understood. */
export type PlanStep = DiskStep | TargetStep | GroupStep | PortalStep | AccessStep | LunStep | ServerStep
