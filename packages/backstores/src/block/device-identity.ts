import { fstatSync } from 'node:fs'
import { sizeOf } from './device-facts.ts'
import { DeviceFolder } from './device-folder.ts'
import { deviceNumber } from './device-number.ts'
import type { OpenedDevice } from './device-opening.ts'

/** Whether the descriptor still leads to the device that was opened, which has all of the bytes that are served. */
export function isSameDevice({ fd, folder, sequence }: OpenedDevice, servedBytes: number): boolean {
  try {
    const now = new DeviceFolder(deviceNumber(fstatSync(fd, { bigint: true }).rdev))
    return now.path === folder.path && now.diskText('diskseq') === sequence && sizeOf(now) >= servedBytes
  } catch {
    return false
  }
}
