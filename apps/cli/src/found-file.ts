import { stat } from 'node:fs/promises'
import type { FoundBacking } from '@lunkit/config/words'

/** What stands at a path. */
export interface FoundPath extends FoundBacking {
  /** It is neither a file nor a block device: a directory, a socket. */
  readonly isOther?: boolean
}

/** What stands at a path of this machine, which is the daemon's too; undefined: we may not see it. */
export async function foundFile(path: string): Promise<FoundPath | undefined> {
  try {
    const found = await stat(path)
    const isBlockDevice = found.isBlockDevice()
    return { existed: true, isBlockDevice, sizeBytes: found.size, isOther: !isBlockDevice && !found.isFile() }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? { existed: false, sizeBytes: 0 } : undefined
  }
}
