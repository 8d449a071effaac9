import { type BigIntStats, close, constants, open, type Stats } from 'node:fs'
import { stat as statPath } from 'node:fs/promises'
import { promisify } from 'node:util'
import { openWitness } from '../descriptor/witness.ts'
import { isCode, openingError, systemError } from '../fileio/file-opening-error.ts'
import { storeLimits } from '../limits.ts'
import { descriptorStats } from '../native/descriptor-stats.ts'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { type DeviceFacts, factsOf } from './device-facts.ts'
import { DeviceFolder } from './device-folder.ts'
import { heldError } from './device-held.ts'
import { type DeviceNumber, deviceNumber } from './device-number.ts'

const openFd = promisify(open)
const closeFd = promisify(close)

/** Which device, and how. */
export interface DeviceOpening {
  readonly path: string
  readonly readOnly: boolean
  readonly exclusive: boolean
  readonly direct: boolean
}

/** A block device that is open. */
export interface OpenedDevice {
  readonly fd: number
  /** See openWitness. */
  readonly witnessFd: number | undefined
  /** Under which the kernel knows it. */
  readonly number: DeviceNumber
  readonly folder: DeviceFolder
  readonly facts: DeviceFacts
  /** The kernel's number of this very disk: another one that comes under the same name has another (diskseq). */
  readonly sequence: string | undefined
}

/**
 * Opens a block device.
 * @throws {StoreOpenError}
 */
export async function openDevice(opening: DeviceOpening): Promise<OpenedDevice> {
  const { path } = opening
  const fd = await openNode(opening, flagsOf(opening))
  try {
    const stats = await descriptorStats(fd)
    if (!stats.isBlockDevice()) throw notADevice(path, stats)
    const number = deviceNumber(stats.rdev)
    const folder = new DeviceFolder(number)
    const facts = factsOf(folder)
    checkFacts(opening, facts)
    return { fd, witnessFd: openWitness(fd), number, folder, facts, sequence: folder.diskText('diskseq') }
  } catch (error) {
    await closeFd(fd)
    throw error instanceof StoreOpenError ? error : systemError(path, error)
  }
}

// O_NONBLOCK: what is no block device (a pipe) must not make the opening wait.
function flagsOf({ readOnly, exclusive, direct }: DeviceOpening): number {
  const access = readOnly ? constants.O_RDONLY : constants.O_RDWR
  return access | constants.O_NONBLOCK | (exclusive ? constants.O_EXCL : 0) | (direct ? constants.O_DIRECT : 0)
}

async function openNode(opening: DeviceOpening, flags: number): Promise<number> {
  const { path, readOnly } = opening
  try {
    return await openFd(path, flags)
  } catch (error) {
    if (isCode(error, 'EBUSY')) throw await heldError(path, path, error)
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) throw missing(path, error)
    await refuseNoDevice(path)
    throw openingError(path, readOnly, error)
  }
}

/** What is no device may not be opened as one is, for reasons that say less. */
async function refuseNoDevice(path: string): Promise<void> {
  const stats = await statPath(path)
  if (!stats.isBlockDevice()) throw notADevice(path, stats)
}

function missing(path: string, cause: unknown): StoreOpenError {
  const text = 'there is no such device; plug it in, or give the path of a device that is there (lsblk lists them)'
  return new StoreOpenError(path, StoreOpenReason.missingFile, { text, cause })
}

function notADevice(path: string, stats: Stats | BigIntStats): StoreOpenError {
  let what = 'it is no block device'
  if (stats.isDirectory()) what = 'it is a directory'
  if (stats.isFile()) what = 'it is a regular file, which fileio serves'
  return new StoreOpenError(path, StoreOpenReason.notABlockDevice, { text: `${what}; give the path of a block device` })
}

function checkFacts({ path, readOnly }: DeviceOpening, { sizeBytes, readOnly: isProtected }: DeviceFacts): void {
  if (isProtected && !readOnly) {
    const text = 'the device is write protected; open the store read-only, or clear that (blockdev --setrw)'
    throw new StoreOpenError(path, StoreOpenReason.noPermission, { text })
  }
  if (sizeBytes >= storeLimits.sizeMultipleBytes) return
  const text = `the device has ${sizeBytes} bytes; put a medium in, or give a device that has one`
  throw new StoreOpenError(path, StoreOpenReason.badSize, { text })
}
