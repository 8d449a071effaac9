import { fstatSync } from 'node:fs'
import { sizeOf } from './device-facts.ts'
import { DeviceFolder } from './device-folder.ts'
import { deviceNumber } from './device-number.ts'
import type { OpenedDevice } from './device-opening.ts'

/** Where drivers say which device it is, whatever it is called today: SCSI and NVMe, virtio, device mapper, md. */
const IDENTITIES = ['wwid', 'device/wwid', 'device/serial', 'serial', 'dm/uuid', 'md/uuid'] as const
/** Unit Serial Number (SPC-5 7.7.20), as the kernel read it: of disks whose page 83h names no unit, for which it tells no wwid. */
const SERIAL_PAGE = 'device/vpd_pg80'
const PAGE_HEADER_BYTES = 4
/** Whose serial number it is. */
const MAKERS = ['device/vendor', 'device/model'] as const
/** Of a loop device: the file that it stands for. */
const BACKING_FILE = 'loop/backing_file'

/** What of a device is the same wherever it is plugged in. */
export interface DevicePassport {
  /** What it says of itself, and of a partition its number; nothing where it does not tell, or where its medium can be changed. */
  readonly identity: readonly string[]
  readonly sizeBytes: number
  readonly blockBytes: number
}

/** What a device says of itself, and of a partition its number; nothing where its driver does not tell. */
export function saidOf(folder: DeviceFolder, names: readonly string[] = IDENTITIES): readonly string[] {
  const said = names.flatMap(name => folder.diskText(name) ?? [])
  return said.length > 0 ? [...said, ...partOf(folder)] : []
}

const partOf = (folder: DeviceFolder): readonly string[] => (folder.isPartition ? [folder.text('partition') ?? ''] : [])

/**
 * The serial number of a SCSI disk, behind who made it, and its LUN, since some tell the same number for all units of a box; nothing where
 * it has none. It is good for knowing a disk again, and not for telling disks apart that are there at the same time.
 */
function serialOf(folder: DeviceFolder): readonly string[] {
  const page = folder.diskBytes(SERIAL_PAGE)
  const serial = page?.subarray(PAGE_HEADER_BYTES).toString('latin1').replaceAll('\0', ' ').trim()
  if (!serial) return []
  const lun = folder.diskTarget('device')?.split(':').at(-1) ?? ''
  return [...MAKERS.map(name => folder.diskText(name) ?? ''), serial, lun, ...partOf(folder)]
}

/** Reads what the kernel says now. */
export function passportOf(folder: DeviceFolder): DevicePassport {
  const isRemovable = folder.diskText('removable') === '1'
  const said = saidOf(folder, [...IDENTITIES, BACKING_FILE])
  const known = said.length > 0 ? said : serialOf(folder)
  return {
    identity: isRemovable ? [] : known,
    sizeBytes: sizeOf(folder),
    blockBytes: folder.diskNumber('queue/logical_block_size'),
  }
}

/** Why a device cannot be taken for another one, in words; undefined where it can. */
export function differenceOf(is: DevicePassport, was: DevicePassport): string | undefined {
  if (was.identity.length === 0)
    return 'what was there cannot be told from others: it does not say what it is, or its medium can be changed'
  if (is.identity.join('\n') !== was.identity.join('\n'))
    return `it says that it is ${is.identity.join(' ') || 'nothing'}, and not ${was.identity.join(' ')}`
  if (is.sizeBytes !== was.sizeBytes) return `it has ${is.sizeBytes} bytes, and not ${was.sizeBytes}`
  if (is.blockBytes !== was.blockBytes) return `its blocks have ${is.blockBytes} bytes, and not ${was.blockBytes}`
  return undefined
}

/** By what a device that was opened is known while it is there. */
type KnownDevice = Pick<OpenedDevice, 'number' | 'folder' | 'sequence'>

/** Whether the device that was opened is there, with its medium. */
export function isThere({ number, folder, sequence }: KnownDevice, sysfs?: string): boolean {
  try {
    const now = new DeviceFolder(number, sysfs)
    return now.path === folder.path && now.diskText('diskseq') === sequence && sizeOf(now) > 0
  } catch {
    return false
  }
}

/** Whether the descriptor still leads to the device that was opened, which has all of the bytes that are served. */
export function isSameDevice(device: OpenedDevice, servedBytes: number): boolean {
  try {
    const leadsThere = deviceNumber(fstatSync(device.fd, { bigint: true }).rdev) === device.number
    return leadsThere && isThere(device) && sizeOf(device.folder) >= servedBytes
  } catch {
    return false
  }
}
