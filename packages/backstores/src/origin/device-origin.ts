import { realpath, stat } from 'node:fs/promises'
import { checkArgument } from '@lunkit/wire'
import { DeviceFolder } from '../block/device-folder.ts'
import { deviceNumber } from '../block/device-number.ts'
import { FILE_PATH } from '../file-path.ts'

/** Where drivers say which device it is, whatever it is called today: SCSI and NVMe, virtio, device mapper, md. */
const IDENTITIES = ['wwid', 'device/wwid', 'device/serial', 'serial', 'dm/uuid', 'md/uuid'] as const

/**
 * What tells a block device from all others of its machine, the same at every start as far as its driver knows: what it says of itself
 * and, of a partition, its number. One that says nothing (a loop device) is known by its path without symbolic links.
 * @throws the file system's error. {TypeError} or {RangeError} for what is no path.
 */
export async function deviceOrigin(path: string): Promise<readonly string[]> {
  checkArgument('deviceOrigin: path', path, FILE_PATH)
  const { rdev } = await stat(path, { bigint: true })
  const folder = new DeviceFolder(deviceNumber(rdev))
  const said = IDENTITIES.flatMap(name => folder.diskText(name) ?? [])
  const partition = folder.isPartition ? [folder.text('partition') ?? ''] : []
  return said.length > 0 ? [...said, ...partition] : [await realpath(path)]
}
