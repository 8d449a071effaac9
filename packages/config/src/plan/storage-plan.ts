import type { LayerSettings } from '../tables/layer-settings.ts'
import type { StorageAttributeSettings } from '../tables/storage-attributes.ts'

/** What of them a device says for itself. */
type DeviceSetting = 'blockSizeBytes' | 'isNonrot'

/** What a storage object's attributes and settings say of its logical unit, by the unit's own names for them. */
export interface UnitAttributesPlan extends Omit<StorageAttributeSettings, DeviceSetting> {
  /** Undefined, here and below: what the device says. */
  readonly blockSizeBytes: number | undefined
  /** What is best read and written whole: the block size times a power of two. */
  readonly physicalBlockBytes: number | undefined
  readonly isNonrot: boolean | undefined
  /** START STOP UNIT can take the medium out and put it in again. */
  readonly removable: boolean
}

/** How a logical unit shows a storage object to initiators. */
export interface UnitPlan {
  /** The unit serial number; undefined: the file gives none. */
  readonly serial: string | undefined
  /** T10 vendor identification; undefined, here and below: LIO's. */
  readonly vendor?: string | undefined
  /** Product identification. */
  readonly product?: string | undefined
  /** Product revision level. */
  readonly revision?: string | undefined
  /** IEEE company identifier of the NAA designator, 24 bits. */
  readonly companyId?: number | undefined
  readonly attributes: UnitAttributesPlan
}

/** What every storage object that is served has. */
export interface StoragePlanBase {
  /** `fileio/disk0`. */
  readonly key: string
  readonly name: string
  /** Where in the configuration: `storage_objects[0]`. */
  readonly path: string
  /** The file that it keeps its data in; undefined: none. */
  readonly file: string | undefined
  /** The size that is served; undefined: that of its store. */
  readonly sizeBytes: number | undefined
  /** Completed writes may be volatile until they are flushed; otherwise all that changes the medium is durable first. */
  readonly writeBack: boolean
  /** Nothing changes it: the unit is write protected, and what keeps its data is opened for reading only. */
  readonly readOnly: boolean
  readonly unit: UnitPlan
  /** What stands before its store. */
  readonly layers: LayerSettings
}
