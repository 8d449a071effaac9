import { stat } from 'node:fs/promises'
import { checkArgument } from '@lunkit/wire'
import { FILE_PATH } from '../file-path.ts'
import { type DeviceFacts, factsOf } from './device-facts.ts'
import { DeviceFolder } from './device-folder.ts'
import { holdersOf } from './device-holders.ts'
import { type DeviceNumber, deviceNumber } from './device-number.ts'

/** What the kernel tells of a block device that nobody opens. */
export interface DeviceLook {
  /** `7:0`: two paths that have one lead to one device. */
  readonly number: DeviceNumber
  /** That of the disk which it is a partition of; of a whole disk, its own. */
  readonly disk: DeviceNumber
  readonly facts: DeviceFacts
  /** Who holds it, as far as the kernel tells: `it is mounted at /srv`. */
  readonly holders: readonly string[]
  /** Of a loop device, the file that it stands for. */
  readonly file?: string
}

/**
 * Looks at a block device without opening it; undefined for what is none.
 * @throws the system's error where there is nothing, or it cannot be seen. {TypeError} or {RangeError} for what is no path.
 */
export async function lookAtDevice(path: string): Promise<DeviceLook | undefined> {
  checkArgument('lookAtDevice: path', path, FILE_PATH)
  const stats = await stat(path, { bigint: true })
  if (!stats.isBlockDevice()) return undefined
  const number = deviceNumber(stats.rdev)
  const folder = new DeviceFolder(number)
  const disk = (folder.diskText('dev') ?? number) as DeviceNumber
  const file = folder.diskText('loop/backing_file')
  return {
    number,
    disk,
    facts: factsOf(folder),
    holders: holdersOf(folder, number),
    ...(file !== undefined && { file }),
  }
}
