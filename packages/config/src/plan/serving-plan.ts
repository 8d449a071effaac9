import type { PortalAddress } from '../portal-address.ts'
import type { AclSettings, TpgSettings } from '../tables/access-attributes.ts'
import type { LimitSettings } from '../tables/limit-settings.ts'
import type { StorageAttributeSettings } from '../tables/storage-attributes.ts'
import type { ParameterSettings, TpgParameter } from '../tables/tpg-parameters.ts'
import type { Notice } from './notice.ts'

/** What a storage object's attributes and settings say of its logical unit, by the unit's own names for them. */
export interface UnitAttributesPlan extends StorageAttributeSettings {
  /** What is best read and written whole: the block size times a power of two. */
  readonly physicalBlockBytes: number
  /** START STOP UNIT can take the medium out and put it in again. */
  readonly removable: boolean
}

/** How a logical unit shows a storage object to initiators. */
export interface UnitPlan {
  /** The unit serial number; undefined: the file gives none. */
  readonly serial: string | undefined
  readonly attributes: UnitAttributesPlan
}

/** What every storage object that is served has. */
interface StoragePlanBase {
  /** `fileio/disk0`. */
  readonly key: string
  readonly name: string
  /** Where in the configuration: `storage_objects[0]`. */
  readonly path: string
  /** Completed writes may be volatile until they are flushed; otherwise all that changes the medium is durable first. */
  readonly writeBack: boolean
  readonly unit: UnitPlan
}

/** A file that is a disk. */
export interface FileioPlan extends StoragePlanBase {
  readonly plugin: 'fileio'
  readonly file: string
  /** The size that is served, as in LIO, whatever the file has; undefined: that of the file, which must be there then. */
  readonly sizeBytes: number | undefined
  /** Whether the file may be created when it is missing, and made longer when it is shorter than `sizeBytes`. */
  readonly create: boolean
}

/** Memory that is a disk. */
export interface RamdiskPlan extends StoragePlanBase {
  readonly plugin: 'ramdisk'
  readonly sizeBytes: number
  /** Keeps nothing: reads give zeroes. */
  readonly nullio: boolean
}

/** A storage object that a LUN serves. */
export type StoragePlan = FileioPlan | RamdiskPlan

/** A LUN of a portal group. */
export interface LunPlan {
  readonly lun: number
  /** The StoragePlan's `key`. */
  readonly storage: string
}

/** A LUN as one initiator, or every one without an ACL, sees it. */
export interface SeenLunPlan extends LunPlan {
  readonly writeProtected: boolean
}

/** A LUN of a portal group that is not served. */
export interface UnservedLun {
  readonly lun: number
  /** What the file names as its storage object: a StoragePlan's `key`, or what it says where there is none. */
  readonly storage: string
  /** Where in the configuration: `targets[0].tpgs[0].luns[0]`. */
  readonly path: string
  /** In words, without a full stop. */
  readonly why: string
}

/** What one initiator may do. */
export interface AclPlan extends AclSettings {
  /** Normalized. */
  readonly initiator: string
  /** Why its logins are refused; undefined: they are not. */
  readonly refused: string | undefined
  readonly luns: readonly SeenLunPlan[]
}

/** What an initiator without an ACL may do; LIO's demo mode. */
export interface DemoModePlan {
  readonly refused: string | undefined
  readonly luns: readonly SeenLunPlan[]
}

/** What is offered in a login, by the keys of RFC 7143; TargetAlias is declared. */
export type LoginOffers = Omit<ParameterSettings, 'demandsChap'>

/** A target portal group that is served. */
export interface GroupPlan extends TpgSettings {
  readonly tag: number
  /** Where in the configuration: `targets[0].tpgs[0]`. */
  readonly path: string
  readonly portals: readonly PortalAddress[]
  readonly luns: readonly LunPlan[]
  /** The LUNs that could be read and are not served. */
  readonly unserved: readonly UnservedLun[]
  readonly acls: readonly AclPlan[]
  /** Undefined: initiators without an ACL are not let in. */
  readonly demoMode: DemoModePlan | undefined
  /** The text keys as the administrator limits them, all of them. */
  readonly parameters: Readonly<Record<TpgParameter, string>>
  /** What of them a login offers, by the keys of RFC 7143. */
  readonly offers: LoginOffers
}

/** A target with the groups of it that are enabled. */
export interface TargetPlan {
  /** Normalized. */
  readonly name: string
  /** Where in the configuration: `targets[0]`. */
  readonly path: string
  readonly groups: readonly GroupPlan[]
}

/** What a configuration means to the lunkit of today. Nothing was opened to find out. */
export interface ServingPlan {
  /** The storage objects that LUNs of enabled groups use. */
  readonly storage: readonly StoragePlan[]
  readonly targets: readonly TargetPlan[]
  /** How many LUNs the file has in TPGs that nobody turned off. */
  readonly lunsInFile: number
  /** Why discovery sessions are refused; undefined: they are not. */
  readonly discoveryRefused: string | undefined
  /** The limits against abuse that the administrator sets; for the others the target's own defaults hold. */
  readonly limits: LimitSettings
  /** Microseconds for which threads look for more work before they sleep. */
  readonly pollUs: number
  readonly notices: readonly Notice[]
}
