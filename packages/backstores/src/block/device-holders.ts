import { readFileSync } from 'node:fs'
import type { DeviceFolder } from './device-folder.ts'
import type { DeviceNumber } from './device-number.ts'

/** Where the kernel says what is mounted and swapped to. */
export interface ProcessFiles {
  /** proc_pid_mountinfo(5). */
  readonly mounts: string
  /** proc_swaps(5). */
  readonly swaps: string
}

const PROC: ProcessFiles = { mounts: '/proc/self/mountinfo', swaps: '/proc/swaps' }

/** proc_pid_mountinfo(5): mount, parent, device, root, mount point, ... */
const MOUNTED_DEVICE = 2
const MOUNT_POINT = 4

/**
 * Who holds a device, in words, as far as the kernel tells: where it is mounted, what is built of it (device mapper, md), that it is
 * swapped to; and the same of its partitions, or of the disk that it is a partition of. Another program that has it open is not told.
 */
export function holdersOf(folder: DeviceFolder, number: DeviceNumber, proc: ProcessFiles = PROC): readonly string[] {
  const mounts = linesOf(proc.mounts).map(line => line.split(' '))
  const swaps = linesOf(proc.swaps).map(line => line.split(/\s/)[0])
  const partitions = folder.partitions.map(name => [name, folder.text(`${name}/dev`) ?? ''] as const)
  return [[folder.kernelName, number] as const, ...partitions].flatMap(([name, of]) => {
    const what = name === folder.kernelName ? 'it' : `its partition ${name}`
    const inside = name === folder.kernelName ? 'holders' : `${name}/holders`
    const points = mounts
      .filter(mount => mount[MOUNTED_DEVICE] === of)
      .map(mount => unescaped(mount[MOUNT_POINT] ?? ''))
    return [
      ...new Set(points.map(point => `${what} is mounted at ${point}`)),
      ...folder.names(inside).map(holder => `${what} is a part of ${holder}`),
      ...(swaps.includes(`/dev/${name}`) ? [`${what} is swapped to`] : []),
    ]
  })
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

/** The kernel writes blanks and the like as octal numbers: `\040`. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
