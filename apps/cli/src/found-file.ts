import { readFile, stat } from 'node:fs/promises'
import type { FoundBacking } from '@lunkit/config/words'

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

/** What sysfs says of the device with a number, which has its parts where the C library's gnu_dev_major and gnu_dev_minor have them. */
async function isProtected(rdev: number): Promise<boolean> {
  const [major, minor] = [(rdev >>> 8) & 0xfff, (rdev & 0xff) | ((rdev >>> 12) & 0xfff00)]
  const said = await readFile(`/sys/dev/block/${major}:${minor}/ro`, 'utf8').catch(() => '')
  return said.trim() === '1'
}
