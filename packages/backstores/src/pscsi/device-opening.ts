import { type BigIntStats, close, constants, open } from 'node:fs'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { heldError } from '../block/device-held.ts'
import { deviceNumber } from '../block/device-number.ts'
import { isCode, openingError } from '../fileio/file-opening-error.ts'
import { descriptorStats } from '../native/descriptor-stats.ts'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { type DevicePlace, isAddress, placeAt, placeOf } from './device-place.ts'

const openFd = promisify(open)
const closeFd = promisify(close)
const DEVICES = '/dev'

/** Which device, and how. */
export interface PscsiOpening {
  readonly path: string
  readonly exclusive: boolean
  /** Where the kernel shows devices; left out, /sys. */
  readonly sysfs?: string | undefined
}

/** A SCSI device that is open. */
export interface OpenedScsiDevice {
  readonly fd: number
  readonly place: DevicePlace
}

/**
 * Opens a SCSI device by a node of it, or by its address. A disk or a CD is opened as that, which nobody else then holds or mounts;
 * all others by the driver for all devices, because their own do something to the medium when they open and close them.
 * @throws {StoreOpenError}
 */
export async function openScsiDevice(opening: PscsiOpening): Promise<OpenedScsiDevice> {
  const place = await findPlace(opening)
  const node = nodeOf(opening.path, place)
  const fd = await openNode(node, opening)
  try {
    await refuseAnother(opening, place, fd)
    return { fd, place }
  } catch (error) {
    await closeFd(fd)
    throw error
  }
}

const refusal = (path: string, reason: StoreOpenReason, text: string): StoreOpenError =>
  new StoreOpenError(path, reason, { text })

/**
 * The device that a path, or an address, names.
 * @throws {StoreOpenError}
 */
export async function findPlace({ path, sysfs }: Pick<PscsiOpening, 'path' | 'sysfs'>): Promise<DevicePlace> {
  if (isAddress(path)) {
    const place = placeAt(path, sysfs)
    if (place) return place
    throw refusal(
      path,
      StoreOpenReason.missingFile,
      'there is no SCSI device with this address; lsscsi lists those that are there',
    )
  }
  const stats = await statNode(path)
  const place = placeOfNode(stats, sysfs)
  if (!place) throw refusal(path, StoreOpenReason.notAScsiDevice, `${whatItIs(stats)}; ${RIGHT}`)
  return place
}

const RIGHT = 'give a node of a whole SCSI device (lsscsi -g lists them), or its address, as 2:0:0:1'

async function statNode(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true })
  } catch (cause) {
    const text = 'there is no such device; plug it in, or give one that is there (lsscsi -g lists them)'
    if (isCode(cause, 'ENOENT') || isCode(cause, 'ENOTDIR'))
      throw new StoreOpenError(path, StoreOpenReason.missingFile, { text, cause })
    throw openingError(path, false, cause)
  }
}

/** The device behind a node; undefined for what is none. */
export function placeOfNode(stats: BigIntStats, sysfs: string | undefined): DevicePlace | undefined {
  if (stats.isBlockDevice()) return placeOf('block', deviceNumber(stats.rdev), sysfs)
  return stats.isCharacterDevice() ? placeOf('char', deviceNumber(stats.rdev), sysfs) : undefined
}

function whatItIs(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'it is a directory'
  if (stats.isFile()) return 'it is a regular file, which fileio serves'
  if (stats.isBlockDevice()) return 'it is a partition, or a device that takes no SCSI commands, which block serves'
  return 'it is no SCSI device'
}

/** The node that is opened of a device: that of a disk or a CD, else that of the driver for all devices; undefined: it has none. */
export function openedNode({ nodes }: DevicePlace): string | undefined {
  const name = nodes.block ?? nodes.generic
  return name && `${DEVICES}/${name}`
}

function nodeOf(path: string, place: DevicePlace): string {
  const node = openedNode(place)
  if (node) return node
  throw refusal(
    path,
    StoreOpenReason.notAScsiDevice,
    `SCSI device ${place.address} has no node that takes commands; load the driver that has one: modprobe sg`,
  )
}

/** A CD that cannot be written, or a disk that is write protected, is opened for reading: its own answers say the rest. */
const CANNOT_WRITE = ['EROFS', 'EACCES', 'EPERM']

async function openNode(node: string, opening: PscsiOpening): Promise<number> {
  const flags = constants.O_NONBLOCK | (opening.exclusive ? constants.O_EXCL : 0)
  try {
    return await openFd(node, flags | constants.O_RDWR)
  } catch (error) {
    if (!CANNOT_WRITE.some(code => isCode(error, code))) throw await nodeError(node, opening, error)
  }
  try {
    return await openFd(node, flags | constants.O_RDONLY)
  } catch (error) {
    throw await nodeError(node, opening, error)
  }
}

const nodeError = async (node: string, { path }: PscsiOpening, cause: unknown): Promise<StoreOpenError> =>
  isCode(cause, 'EBUSY') ? heldError(path, node, cause) : openingError(path, false, cause)

/** Between the look at its name and the opening another device may have come under it. */
async function refuseAnother({ path, sysfs }: PscsiOpening, place: DevicePlace, fd: number): Promise<void> {
  const opened = placeOfNode(await descriptorStats(fd), sysfs)
  if (opened?.folder === place.folder) return
  throw refusal(path, StoreOpenReason.system, 'the device was changed for another one at this moment; try again')
}
