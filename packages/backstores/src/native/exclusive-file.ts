import { close, constants, open } from 'node:fs'
import { promisify } from 'node:util'
import { checkArgument } from '@lunkit/wire'
import { FILE_PATH } from '../file-path.ts'
import { descriptorStats } from './descriptor-stats.ts'
import { FileLock, LockOutcome } from './file-lock.ts'
import { libc } from './libc-access.ts'

const openFd = promisify(open)
const closeFd = promisify(close)

const MODE = 0o600

/** A file that nobody else has; other processes are kept out where koffi is there and the file system can lock. */
export interface ExclusiveFile {
  release(): Promise<void>
}

/**
 * Opens a file that stands for something which one process has at a time, creates it where it is missing, and locks it. The lock
 * goes with the process, however that ends.
 * @returns undefined while somebody else has it.
 * @throws {TypeError} or {RangeError} for what is no path. The file system's error where the file can be neither opened nor
 * created.
 */
export async function takeExclusiveFile(path: string): Promise<ExclusiveFile | undefined> {
  checkArgument('takeExclusiveFile: path', path, FILE_PATH)
  const fd = await openFd(path, constants.O_RDWR | constants.O_CREAT, MODE)
  const lock = new FileLock(await descriptorStats(fd), true)
  let outcome = lock.take(fd, libc())
  if (outcome === LockOutcome.unsupported) outcome = lock.take(fd, undefined)
  if (outcome !== LockOutcome.locked) {
    await closeFd(fd)
    return undefined
  }
  return {
    async release() {
      lock.release()
      await closeFd(fd)
    },
  }
}
