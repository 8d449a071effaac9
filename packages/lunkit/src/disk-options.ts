import type { UnitAttributes, UnitIdentity, UnitOptions } from '@lunkit/scsi-engine'
import { type Domain, flag, type OptionDomains, object, text } from '@lunkit/wire'

/** What any disk may be given. */
export interface DiskOptions {
  /** The storage object's name. Left out, it is told by the LUN: `disk0`. */
  readonly name?: string
  /** LIO's attributes of a storage object; what is left out is as in LIO. */
  readonly attributes?: Partial<UnitAttributes>
  /**
   * What INQUIRY and the VPD pages say; what is left out is as in LIO. A serial number that is left out is made, see `ramdisk` and
   * `fileio`: one that is to stay whatever happens to machine and file is given here.
   */
  readonly identity?: Partial<UnitIdentity>
  /** Nothing changes it: MODE SENSE says that it is write protected, and what would write ends with WRITE PROTECTED (27/00). */
  readonly readOnly?: boolean
}

/** What has a name. */
export const NAME: Domain = text('a name', name => name !== '')
/** What each of them may be. */
export const DISK: OptionDomains = {
  name: NAME,
  attributes: object('an object of attributes'),
  identity: object('an object: { vendor, product, revision, serial, companyId }'),
  readOnly: flag,
}
/** What a logical unit is given of them. */
export function unitOptions({ attributes = {}, identity = {} }: DiskOptions): UnitOptions {
  return { attributes, identity }
}
