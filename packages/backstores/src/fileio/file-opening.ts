import { type BigIntStats, close, constants, fstat, fsync, ftruncate, open, openSync, unlink } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import { FileLock, LockOutcome } from '../native/file-lock.ts'
import { isOnLocalFileSystem } from '../native/file-system.ts'
import { type Libc, Seek } from '../native/libc.ts'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { checkAskedSize, type SizeQuestion, settleSize } from './file-size.ts'

const openFd = promisify(open)
const closeFd = promisify(close)
const syncFd = promisify(fsync)
const truncateFd = promisify(ftruncate)
const removeFile = promisify(unlink)
const statFd = (fd: number): Promise<BigIntStats> =>
  new Promise((resolve, reject) => {
    fstat(fd, { bigint: true }, (error, stats) => (error ? reject(error) : resolve(stats)))
  })

const NEW_FILE_MODE = 0o600

/** Which file, and how. */
export interface FileOpening extends SizeQuestion {
  readonly libc: Libc | undefined
  /** Whether to go on where other processes cannot be kept out. */
  readonly unlocked: boolean
}

/** A backing file, open and locked. */
export interface OpenedFile {
  readonly fd: number
  /**
   * A second, independent opening of the same file. The system reports a failed writeback once to each opening: what a
   * dead lane may have heard and not passed on, this one still hears. Undefined where it cannot be had.
   */
  readonly witnessFd: number | undefined
  readonly stats: BigIntStats
  /** What of it is served: a multiple of the smallest block. */
  readonly sizeBytes: number
  readonly lock: FileLock
  /** Whether its file system is this machine's alone. */
  readonly isLocal: boolean
  readonly canPunch: boolean
  readonly canSeek: boolean
}

/**
 * Opens and locks a backing file, or creates it sparse, its directory entry on stable storage.
 * @throws {StoreOpenError}
 */
export async function openBackingFile(opening: FileOpening): Promise<OpenedFile> {
  const { path, readOnly, libc } = opening
  checkAskedSize(opening)
  const { fd, created } = await openOrCreate(opening)
  let lock: FileLock | undefined
  try {
    let stats = await statFd(fd)
    if (!stats.isFile()) throw notARegularFile(path, stats)
    lock = takeLock(fd, stats, opening)
    if (created) await createSparse(fd, opening)
    const fileBytes = created ? Number(opening.sizeBytes) : Number(stats.size)
    const sizeBytes = await settleSize(opening, fileBytes, bytes => makeLonger(fd, bytes))
    stats = await statFd(fd)
    const probe = { fd, fileBytes: Number(stats.size), libc }
    const canPunch = !readOnly && canPunchHoles(probe)
    const found = { canPunch, canSeek: canSeekData(probe), isLocal: isOnLocalFileSystem(fd) }
    return { fd, witnessFd: openWitness(fd), stats, sizeBytes, lock, ...found }
  } catch (error) {
    lock?.release()
    if (created) await removeFile(path)
    await closeFd(fd)
    throw error instanceof StoreOpenError ? error : systemError(path, error)
  }
}

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

async function openOrCreate(opening: FileOpening): Promise<{ fd: number; created: boolean }> {
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

function takeLock(fd: number, stats: BigIntStats, { path, readOnly, libc, unlocked }: FileOpening): FileLock {
  const lock = new FileLock(stats, !readOnly)
  const outcome = lock.take(fd, libc)
  if (outcome === LockOutcome.locked) return lock
  if (outcome === LockOutcome.unsupported && unlocked && lock.take(fd, undefined) === LockOutcome.locked) return lock
  if (outcome === LockOutcome.unsupported) {
    const text = 'its file system cannot lock files; move it to one that can, or allow `unlocked`'
    throw new StoreOpenError(path, StoreOpenReason.cannotLock, { text })
  }
  const holder = outcome === LockOutcome.heldHere ? 'another store of this process' : 'another process'
  const text = `${holder} has it open and locked; close it there first (lslocks shows who holds it), or give another file`
  throw new StoreOpenError(path, StoreOpenReason.locked, { text })
}

async function makeLonger(fd: number, sizeBytes: number): Promise<void> {
  await truncateFd(fd, sizeBytes)
  await syncFd(fd)
}

async function createSparse(fd: number, { path, sizeBytes = 0, opened }: FileOpening): Promise<void> {
  await makeLonger(fd, sizeBytes)
  // The name is on stable storage only when its directory is.
  const directory = await openFd(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await syncFd(directory)
  } finally {
    await closeFd(directory)
  }
  opened({ kind: 'fileCreated', path, sizeBytes })
}

function openWitness(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY)
  } catch {
    return undefined
  }
}

interface Probe {
  readonly fd: number
  /** All of the file, which may be more than is served. */
  readonly fileBytes: number
  readonly libc: Libc | undefined
}

/** Punches a hole behind the end of the file, where there is nothing: only the answer counts. */
function canPunchHoles({ fd, fileBytes, libc }: Probe): boolean {
  const pageBytes = storeLimits.ramPageBytes
  const behind = Math.ceil(fileBytes / pageBytes) * pageBytes
  return libc !== undefined && libc.punchHole(fd, behind, pageBytes) === 0
}

function canSeekData({ fd, libc }: Probe): boolean {
  if (!libc) return false
  const result = libc.seek(fd, 0, Seek.data)
  return result >= 0 || result === -errno.ENXIO
}

function notARegularFile(path: string, stats: BigIntStats): StoreOpenError {
  let what = 'it is not a regular file'
  if (stats.isDirectory()) what = 'it is a directory'
  if (stats.isBlockDevice()) what = 'it is a block device'
  return new StoreOpenError(path, StoreOpenReason.notARegularFile, { text: `${what}; give the path of a regular file` })
}

function openingError(path: string, readOnly: boolean, cause: unknown): StoreOpenError {
  const details = {
    EACCES: StoreOpenReason.noPermission,
    EPERM: StoreOpenReason.noPermission,
    EROFS: StoreOpenReason.readOnlyFileSystem,
  }
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (code === 'EISDIR')
    return new StoreOpenError(path, StoreOpenReason.notARegularFile, {
      text: 'it is a directory; give the path of a regular file',
      cause,
    })
  if (code === 'EEXIST') {
    const text = 'it is a symbolic link that leads nowhere, or was created at this moment; remove it, or try again'
    return new StoreOpenError(path, StoreOpenReason.system, { text, cause })
  }
  const reason = Object.entries(details).find(([name]) => name === code)?.[1]
  if (!reason) return systemError(path, cause)
  const what = reason === StoreOpenReason.noPermission ? 'permission is denied' : 'its file system is mounted read-only'
  const right = readOnly ? 'allow this user to read it' : 'make it writable, or open the store read-only'
  return new StoreOpenError(path, reason, { text: `${what} (${code}); ${right}`, cause })
}

function systemError(path: string, cause: unknown): StoreOpenError {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    const text = `its file system has no room for it (${code}); free some, or give a smaller size`
    return new StoreOpenError(path, StoreOpenReason.noSpace, { text, cause })
  }
  return new StoreOpenError(path, StoreOpenReason.system, {
    text: `the system says ${message ?? String(cause)}`,
    cause,
  })
}

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code
