import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileEnd } from '../fileio/file-end.ts'
import { errno } from '../native/errno.ts'
import { SECTOR_BYTES } from './device-facts.ts'
import type { DeviceFolder } from './device-folder.ts'

/** Where a block device ends. The kernel is asked, and not the device, which may hang. */
export const endOfDevice = ({ path }: DeviceFolder): FileEnd => ({
  async find() {
    return Number(await readFile(join(path, 'size'), 'utf8')) * SECTOR_BYTES
  },
  extend() {
    return Promise.reject(Object.assign(new Error('a device has the size that it has'), { errno: -errno.EOPNOTSUPP }))
  },
})
