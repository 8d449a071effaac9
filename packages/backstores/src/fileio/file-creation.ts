import { close, constants, fsync, ftruncate, open, write } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { errno, errorName } from '../native/errno.ts'
import type { Libc } from '../native/libc.ts'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { zeroes } from '../zeroes.ts'
import { isCode, openingError, systemError } from './file-opening-error.ts'
import type { SizeQuestion } from './file-size.ts'

const openFd = promisify(open)
const closeFd = promisify(close)
const syncFd = promisify(fsync)
const truncateFd = promisify(ftruncate)
const writeFd = promisify(write)

const NEW_FILE_MODE = 0o600

/**
 * Opens a file so that reading it does not note when: that is a change of the file's inode, which may wait for the medium
 * even when what is read is in the page cache. Only who owns a file may ask for it.
 */
async function openQuietly(path: string, flags: number, mode?: number): Promise<number> {
  try {
    return await openFd(path, flags | constants.O_NOATIME, mode)
  } catch (error) {
    if (!isCode(error, 'EPERM')) throw error
    return openFd(path, flags, mode)
  }
}

/**
 * Opens the file, or creates it where that is asked for.
 * @throws {StoreOpenError}
 */
export async function openOrCreate(opening: SizeQuestion): Promise<{ fd: number; created: boolean }> {
  const { path, readOnly, sizeBytes, create } = opening
  // O_NONBLOCK: what is no regular file (a pipe) must not make the opening wait; for files it means nothing.
  const flags = (readOnly ? constants.O_RDONLY : constants.O_RDWR) | constants.O_NONBLOCK
  try {
    return { fd: await openQuietly(path, flags), created: false }
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTDIR')) throw openingError(path, readOnly, error)
  }
  await checkDirectory(path)
  if (readOnly) {
    const text = 'it does not exist, and a store that is only read creates no file; give the path of an existing file'
    throw new StoreOpenError(path, StoreOpenReason.missingFile, { text })
  }
  if (!create) {
    const text = 'it does not exist, and may not be created (create); mount what it should lie on, or make it yourself'
    throw new StoreOpenError(path, StoreOpenReason.missingFile, { text })
  }
  if (sizeBytes === undefined) {
    const text =
      'it does not exist, and no size was given to create it with; give a size, or the path of an existing file'
    throw new StoreOpenError(path, StoreOpenReason.sizeMissing, { text })
  }
  try {
    const creating = flags | constants.O_CREAT | constants.O_EXCL
    return { fd: await openQuietly(path, creating, NEW_FILE_MODE), created: true }
  } catch (error) {
    throw openingError(path, readOnly, error)
  }
}

async function checkDirectory(path: string): Promise<void> {
  const directory = dirname(path)
  try {
    await closeFd(await openFd(directory, constants.O_RDONLY | constants.O_DIRECTORY))
  } catch (cause) {
    if (!isCode(cause, 'ENOENT') && !isCode(cause, 'ENOTDIR')) throw systemError(path, cause)
    const text = `the directory ${directory} does not exist, or is none; create it, or give another path`
    throw new StoreOpenError(path, StoreOpenReason.missingDirectory, { text, cause })
  }
}

/** Which range of a file is new. */
interface NewRange {
  readonly from: number
  readonly to: number
}

/** How a file is made longer. */
export interface Lengthening {
  /** What is new is a hole; false: it has all its space. */
  readonly sparse: boolean
  /** Undefined: the space is had by writing it. */
  readonly libc: Libc | undefined
}

/**
 * Has a file end there, on stable storage when it returns. What is new reads as zeroes, whoever writes to it meanwhile. One that could not
 * be made longer has its old length again, as far as the system lets it.
 */
export async function makeLonger(fd: number, range: NewRange, { sparse, libc }: Lengthening): Promise<void> {
  try {
    if (sparse) await truncateFd(fd, range.to)
    else await (libc === undefined ? writeZeroes(fd, range) : allocate(fd, range, libc))
    await syncFd(fd)
  } catch (error) {
    await truncateFd(fd, range.from).catch(() => {})
    throw error
  }
}

async function allocate(fd: number, { from, to }: NewRange, libc: Libc): Promise<void> {
  let result = -errno.EINTR
  while (result === -errno.EINTR) result = await libc.allocate(fd, from, to - from)
  if (result === 0) return
  const code = errorName(-result)
  throw Object.assign(new Error(`${code}: posix_fallocate`), { code, errno: result })
}

async function writeZeroes(fd: number, { from, to }: NewRange): Promise<void> {
  for (let at = from; at < to; ) {
    const { bytesWritten } = await writeFd(fd, zeroes, 0, Math.min(zeroes.length, to - at), at)
    at += bytesWritten
  }
}

/** Brings the name of a file that was just created to stable storage, which it is on only when its directory is. */
export async function keepName({ path, sizeBytes = 0, opened }: SizeQuestion): Promise<void> {
  const directory = await openFd(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await syncFd(directory)
  } finally {
    await closeFd(directory)
  }
  opened({ kind: 'fileCreated', path, sizeBytes })
}
