import { type BigIntStats, close, unlink } from 'node:fs'
import { promisify } from 'node:util'
import { openWitness } from '../descriptor/witness.ts'
import { descriptorStats } from '../native/descriptor-stats.ts'
import { FileLock, LockOutcome } from '../native/file-lock.ts'
import { isOnLocalFileSystem } from '../native/file-system.ts'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { type DirectFile, openDirectly } from './direct-opening.ts'
import { keepName, type Lengthening, makeLonger, openOrCreate } from './file-creation.ts'
import { notARegularFile, systemError } from './file-opening-error.ts'
import { checkAskedSize, type SizeQuestion, settleSize } from './file-size.ts'
import { canPunchHoles, canSeekData } from './file-space.ts'

const closeFd = promisify(close)
const removeFile = promisify(unlink)

/** Which file, and how. */
export interface FileOpening extends SizeQuestion, Lengthening {
  /** Whether to go on where other processes cannot be kept out. */
  readonly unlocked: boolean
  /** Whether it is to be read and written past the page cache. */
  readonly direct: boolean
}

/** A backing file, open and locked. */
export interface OpenedFile {
  readonly fd: number
  /** See openWitness. */
  readonly witnessFd: number | undefined
  /** Where that was asked for. */
  readonly direct: DirectFile | undefined
  readonly stats: BigIntStats
  /** What of it is served: a multiple of the smallest block. */
  readonly sizeBytes: number
  readonly lock: FileLock
  readonly lengthening: Lengthening
  /** Whether its file system is this machine's alone. */
  readonly isLocal: boolean
  readonly canPunch: boolean
  readonly canSeek: boolean
}

/**
 * Opens and locks a backing file, or creates it, its directory entry on stable storage.
 * @throws {StoreOpenError}
 */
export async function openBackingFile(opening: FileOpening): Promise<OpenedFile> {
  const { path, readOnly, libc, sparse } = opening
  checkAskedSize(opening)
  const { fd, created } = await openOrCreate(opening)
  let lock: FileLock | undefined
  let direct: DirectFile | undefined
  try {
    let stats = await descriptorStats(fd)
    if (!stats.isFile()) throw notARegularFile(path, stats)
    lock = takeLock(fd, stats, opening)
    if (opening.direct) direct = openDirectly(fd, opening)
    if (created) await makeLonger(fd, { from: 0, to: Number(opening.sizeBytes) }, opening)
    if (created) await keepName(opening)
    const fileBytes = created ? Number(opening.sizeBytes) : Number(stats.size)
    const sizeBytes = await settleSize(opening, fileBytes, to => makeLonger(fd, { from: fileBytes, to }, opening))
    stats = await descriptorStats(fd)
    const probe = { fd, fileBytes: Number(stats.size), libc }
    const canPunch = !readOnly && canPunchHoles(probe)
    const found = { canPunch, canSeek: canSeekData(probe), isLocal: isOnLocalFileSystem(fd) }
    const lengthening = { sparse, libc }
    return { fd, witnessFd: openWitness(fd), direct, stats, sizeBytes, lock, lengthening, ...found }
  } catch (error) {
    lock?.release()
    if (created) await removeFile(path)
    if (direct !== undefined) await closeFd(direct.fd)
    await closeFd(fd)
    throw error instanceof StoreOpenError ? error : systemError(path, error)
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
