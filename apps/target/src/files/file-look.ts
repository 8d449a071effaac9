import { type BigIntStats, constants } from 'node:fs'
import { access, lstat, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type DeviceLook, lookAtDevice, lookAtScsiDevice, type ScsiLook } from 'lunkit'

/** What stands at a path. */
export const FileKind = {
  regularFile: 'regularFile',
  directory: 'directory',
  blockDevice: 'blockDevice',
  characterDevice: 'characterDevice',
  pipe: 'pipe',
  socket: 'socket',
  /** Nothing, in a directory that is there. */
  missing: 'missing',
  /** Nothing, and no directory to make it in. */
  missingDirectory: 'missingDirectory',
  /** A symbolic link to nothing. */
  danglingLink: 'danglingLink',
  /** The system does not say; `error` is what it says instead. */
  unknown: 'unknown',
} as const
export type FileKind = (typeof FileKind)[keyof typeof FileKind]

/** What is known of a path without opening anything. */
export interface FileFacts {
  readonly kind: FileKind
  /** Of a regular file, and of a block device. */
  readonly sizeBytes: number
  /** Two paths with one identity are one file; undefined: there is none to have. */
  readonly identity: string | undefined
  /** Why it cannot be read and written, or created where it is missing: EACCES, EROFS, ...; undefined: it can. */
  readonly refusal: string | undefined
  /** Why it cannot even be read; left out: it can, or it is missing. */
  readonly readRefusal?: string | undefined
  /** Of a block device, what the kernel tells of it. */
  readonly device?: DeviceLook
  /** Of a node of a SCSI device, and of the address of one. */
  readonly scsi?: ScsiLook
  /** The identity of the file that a loop device stands for. */
  readonly behind?: string
  /** In words, what was mounted where a missing file should lie and is not; left out: nothing that is known. */
  readonly lostMount?: string
}

/** Looks at a path, and opens nothing: for tests that have no such files. */
export type FileLook = (path: string) => Promise<FileFacts>

const READ = constants.R_OK
const READ_AND_WRITE = constants.R_OK | constants.W_OK
const MAKE_FILES = constants.W_OK | constants.X_OK

/**
 * The real one: stat(2), access(2) and readlink(2), as the user that this program runs as. What is no path that starts with "/" is the
 * address of a SCSI device.
 */
export const lookAtFile: FileLook = async path => {
  try {
    if (!path.startsWith('/')) return (await lookAtCharacterDevice(path)) ?? nothing(FileKind.missing)
    const stats = await stat(path, { bigint: true })
    if (stats.isBlockDevice()) return await lookAtBlockDevice(path)
    const device = stats.isCharacterDevice() ? await lookAtCharacterDevice(path) : undefined
    return (
      device ?? {
        kind: kindOf(stats),
        sizeBytes: Number(stats.size),
        identity: fileIdentity(stats),
        ...(await refusalsOf(path)),
      }
    )
  } catch (error) {
    const code = codeOf(error)
    return code === 'ENOENT' || code === 'ENOTDIR' ? lookForMissing(path) : nothing(FileKind.unknown, code)
  }
}

/** Two nodes of one device are one disk, wherever they lie. */
async function lookAtBlockDevice(path: string): Promise<FileFacts> {
  const scsi = await lookAtScsiDevice(path)
  const device = scsi?.block ?? (await lookAtDevice(path))
  if (device === undefined) return nothing(FileKind.unknown, 'ENODEV')
  const { number, facts, file } = device
  const behind = file === undefined ? undefined : await identityOf(file)
  const known = {
    kind: FileKind.blockDevice,
    sizeBytes: facts.sizeBytes,
    identity: `device ${number}`,
    ...(await refusalsOf(path)),
    device,
  }
  return { ...known, ...(scsi && { scsi }), ...(behind !== undefined && { behind }) }
}

/** Undefined for what is no SCSI device. The generic node of a disk and the disk are one device. */
async function lookAtCharacterDevice(path: string): Promise<FileFacts | undefined> {
  const scsi = await lookAtScsiDevice(path)
  if (scsi === undefined) return undefined
  const { address, node, block: device } = scsi
  return {
    kind: FileKind.characterDevice,
    sizeBytes: device?.facts.sizeBytes ?? 0,
    identity: device ? `device ${device.number}` : `SCSI device ${address}`,
    ...(await refusalsOf(node ?? path)),
    ...(device && { device }),
    scsi,
  }
}

/** What may be read and written may be read. */
async function refusalsOf(path: string): Promise<Pick<FileFacts, 'refusal' | 'readRefusal'>> {
  const refusal = await refusalOf(path, READ_AND_WRITE)
  return { refusal, readRefusal: refusal === undefined ? undefined : await refusalOf(path, READ) }
}

const fileIdentity = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

async function identityOf(path: string): Promise<string | undefined> {
  try {
    return fileIdentity(await stat(path, { bigint: true }))
  } catch {
    return undefined
  }
}

async function lookForMissing(path: string): Promise<FileFacts> {
  if (await isLink(path)) return nothing(FileKind.danglingLink)
  const directory = dirname(path)
  try {
    if (!(await stat(directory)).isDirectory()) return nothing(FileKind.missingDirectory)
    const identity = join(await realpath(directory), basename(path))
    return { ...nothing(FileKind.missing, await refusalOf(directory, MAKE_FILES)), identity }
  } catch (error) {
    const code = codeOf(error)
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? nothing(FileKind.missingDirectory)
      : nothing(FileKind.unknown, code)
  }
}

const nothing = (kind: FileKind, refusal?: string): FileFacts => ({ kind, sizeBytes: 0, identity: undefined, refusal })

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch {
    return false
  }
}

async function refusalOf(path: string, mode: number): Promise<string | undefined> {
  try {
    await access(path, mode)
    return undefined
  } catch (error) {
    return codeOf(error)
  }
}

function kindOf(stats: BigIntStats): FileKind {
  if (stats.isFile()) return FileKind.regularFile
  if (stats.isDirectory()) return FileKind.directory
  if (stats.isBlockDevice()) return FileKind.blockDevice
  if (stats.isCharacterDevice()) return FileKind.characterDevice
  if (stats.isFIFO()) return FileKind.pipe
  return stats.isSocket() ? FileKind.socket : FileKind.unknown
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? error)
