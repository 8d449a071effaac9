import { constants, openSync } from 'node:fs'
import type { Libc } from '../native/libc.ts'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { isCode } from './file-opening-error.ts'

/** Which file it is, and who knows what its file system can. */
interface DirectOpening {
  readonly path: string
  readonly readOnly: boolean
  readonly libc: Libc | undefined
}

/** A second opening of a file, past the page cache. */
export interface DirectFile {
  readonly fd: number
  /** See StoreFeatures. */
  readonly leastBlockBytes: number | undefined
}

/** The longest block that a disk may have. */
const MOST_BLOCK_BYTES = 4096
const CANNOT = 'its file system cannot be read and written past the page cache'

/**
 * Opens what a descriptor leads to once more, past the page cache (O_DIRECT).
 * @throws {StoreOpenError} where its file system cannot, or only in pieces larger than the largest block
 */
export function openDirectly(fd: number, { path, readOnly, libc }: DirectOpening): DirectFile {
  const alignment = libc?.directAlignment(fd)
  if (alignment === 0) throw notDirect(path, CANNOT)
  if (alignment !== undefined && alignment > MOST_BLOCK_BYTES)
    throw notDirect(path, `its file system goes past the page cache in pieces of ${alignment} bytes only`)
  try {
    const flags = (readOnly ? constants.O_RDONLY : constants.O_RDWR) | constants.O_DIRECT
    return { fd: openSync(`/proc/self/fd/${fd}`, flags), leastBlockBytes: alignment }
  } catch (cause) {
    if (!isCode(cause, 'EINVAL')) throw cause
    throw notDirect(path, CANNOT, cause)
  }
}

function notDirect(path: string, what: string, cause?: unknown): StoreOpenError {
  const text = `${what}; serve it through the page cache (without aio, or direct), or move it to a file system that can`
  return new StoreOpenError(path, StoreOpenReason.notDirect, { text, cause })
}
