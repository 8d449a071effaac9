import { realpath, stat } from 'node:fs/promises'
import { checkArgument } from '@lunkit/wire'
import { DeviceFolder } from '../block/device-folder.ts'
import { saidOf } from '../block/device-identity.ts'
import { deviceNumber } from '../block/device-number.ts'
import { FILE_PATH } from '../file-path.ts'

/**
 * What tells a block device from all others of its machine, the same at every start as far as its driver knows: what it says of itself
 * and, of a partition, its number. One that says nothing (a loop device) is known by its path without symbolic links.
 * @throws the file system's error. {TypeError} or {RangeError} for what is no path.
 */
export async function deviceOrigin(path: string): Promise<readonly string[]> {
  checkArgument('deviceOrigin: path', path, FILE_PATH)
  const { rdev } = await stat(path, { bigint: true })
  const folder = new DeviceFolder(deviceNumber(rdev))
  const said = saidOf(folder)
  return said.length > 0 ? said : [await realpath(path)]
}
