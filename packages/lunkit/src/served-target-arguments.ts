import { MAPPED_LUNS } from '@lunkit/scsi-engine'
import { checkAddress, ISCSI_NAME } from '@lunkit/target'
import { checkArgument, checkOptions, flag, object, wholeNumber } from '@lunkit/wire'
import type { Disk } from './disk.ts'
import { STORAGE } from './option-checks.ts'
import type { Storage } from './storage.ts'

const OPEN_DISK = object(
  'a disk, as ramdisk() and fileio() return it, or one that open() of this server has resolved with',
)
const ADDING = { lun: wholeNumber(0, MAPPED_LUNS - 1), writeProtected: flag }

/** @throws {TypeError} or {RangeError} for what is no disk, or no options of one. */
export function checkAdding(disk: Storage | Disk, options: object): void {
  checkArgument('addLun: disk', disk, OPEN_DISK)
  if (!('store' in disk)) checkArgument('addLun: disk', disk, STORAGE)
  checkOptions('addLun', options, ADDING)
}

/** @throws {TypeError} or {RangeError} for a LUN that is not among these. */
export function checkMapped(where: string, lun: number, luns: readonly { readonly lun: number }[]): void {
  const words = `a LUN of the target: ${luns.map(each => each.lun).join(', ') || 'it has none'}`
  checkArgument(`${where}: lun`, lun, { type: 'number', words, has: () => luns.some(each => each.lun === lun) })
}

/** @throws {TypeError} or {RangeError} for what is no size. */
export function checkSize(sizeBytes: number | undefined): void {
  if (sizeBytes !== undefined) checkArgument('resizeLun: sizeBytes', sizeBytes, wholeNumber(512))
}

/** @throws {TypeError} or {RangeError} for what is no iSCSI name. */
export const checkInitiator = (where: string, initiator: unknown): void =>
  checkArgument(`${where}: initiator`, initiator, ISCSI_NAME)

/** @throws {TypeError} for what is no flag. */
export const checkFlag = (where: string, open: unknown): void => checkArgument(`${where}: open`, open, flag)

/** @throws {TypeError} or {RangeError} for what is no address. */
export const checkPortal = (where: string, portal: unknown): void => checkAddress(`${where}: portal`, portal)
