import { stat } from 'node:fs/promises'
import type { FoundBacking } from '@lunkit/config/words'

/** What stands at a path of this machine, which is the daemon's too; undefined: we may not see it. */
export async function foundFile(path: string): Promise<FoundBacking | undefined> {
  try {
    const found = await stat(path)
    return { existed: true, isBlockDevice: found.isBlockDevice(), sizeBytes: found.size }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? { existed: false, sizeBytes: 0 } : undefined
  }
}
