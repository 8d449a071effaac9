import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DeviceFolder } from './device-folder.ts'
import { type DevicePassport, differenceOf, passportOf } from './device-identity.ts'
import { type DeviceNumber, deviceNumber } from './device-number.ts'

/** What came of a search: where the device is, or why what is there is not it. Neither: nothing is there. */
export interface FoundDevice {
  /** The path to open. */
  readonly node?: string
  readonly why?: string
}

/** Where devices are looked for, unless a test has others. */
export interface DevicePlaces {
  readonly sysfs: string
  /** The number of the block device at a path; undefined where there is none. */
  readonly numberAt: (path: string) => Promise<DeviceNumber | undefined>
}

const PLACES: DevicePlaces = { sysfs: '/sys', numberAt }

/**
 * Looks for a device that has gone: at the path by which it was known, which may be a link that udev makes anew, and, where it is
 * not there, under every name that the kernel has, since it may have got another one. Nothing is opened.
 */
export async function searchDevice(
  path: string,
  was: DevicePassport,
  places: DevicePlaces = PLACES,
): Promise<FoundDevice> {
  const number = await places.numberAt(path).catch(() => undefined)
  const there = number && passportAt(number, places)
  const why = there && differenceOf(there, was)
  if (there && why === undefined) return { node: path }
  const elsewhere = was.identity.length > 0 ? await byName(was, places) : undefined
  return elsewhere ?? (why === undefined ? {} : { why: `${path}: ${why}` })
}

async function byName(was: DevicePassport, places: DevicePlaces): Promise<FoundDevice | undefined> {
  for (const number of (await readdir(join(places.sysfs, 'dev/block'))) as DeviceNumber[]) {
    const there = passportAt(number, places)
    if (there && differenceOf(there, was) === undefined)
      // The kernel writes `!` where the name of the node has a slash.
      return { node: `/dev/${new DeviceFolder(number, places.sysfs).kernelName.replaceAll('!', '/')}` }
  }
  return undefined
}

/** What a device is; undefined where it is not there, or has no medium. */
function passportAt(number: DeviceNumber, { sysfs }: DevicePlaces): DevicePassport | undefined {
  try {
    const passport = passportOf(new DeviceFolder(number, sysfs))
    return passport.sizeBytes > 0 ? passport : undefined
  } catch {
    return undefined
  }
}

async function numberAt(path: string): Promise<DeviceNumber | undefined> {
  const stats = await stat(path, { bigint: true })
  return stats.isBlockDevice() ? deviceNumber(stats.rdev) : undefined
}
