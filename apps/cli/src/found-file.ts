import { readFile, stat } from 'node:fs/promises'
import type { FoundBacking } from '@lunkit/config/words'
import { deviceNumber } from './device-number.ts'

/** What stands at a path. */
export interface FoundPath extends FoundBacking {
  /** It is neither a file nor a block device: a directory, a socket. */
  readonly isOther?: boolean
  /** Of a block device: the kernel lets nobody write it. */
  readonly isWriteProtected?: boolean
}

/** What stands at a path of this machine, which is the daemon's too; undefined: we may not see it. */
export async function foundFile(path: string): Promise<FoundPath | undefined> {
  try {
    const found = await stat(path)
    const isBlockDevice = found.isBlockDevice()
    const isWriteProtected = isBlockDevice && (await isProtected(found.rdev))
    const known = { existed: true, isBlockDevice, sizeBytes: found.size, isOther: !isBlockDevice && !found.isFile() }
    return { ...known, ...(isWriteProtected && { isWriteProtected }) }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? { existed: false, sizeBytes: 0 } : undefined
  }
}

/** What sysfs says of the device with a number. */
async function isProtected(rdev: number): Promise<boolean> {
  const said = await readFile(`/sys/dev/block/${deviceNumber(rdev)}/ro`, 'utf8').catch(() => '')
  return said.trim() === '1'
}
