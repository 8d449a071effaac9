import type { BigIntStats } from 'node:fs'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'

/** What was found is no regular file. */
export function notARegularFile(path: string, stats: BigIntStats): StoreOpenError {
  let what = 'it is not a regular file'
  if (stats.isDirectory()) what = 'it is a directory'
  if (stats.isBlockDevice()) what = 'it is a block device'
  return new StoreOpenError(path, StoreOpenReason.notARegularFile, { text: `${what}; give the path of a regular file` })
}

/** What opening a file failed with. */
export function openingError(path: string, readOnly: boolean, cause: unknown): StoreOpenError {
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

/** What anything else failed with. */
export function systemError(path: string, cause: unknown): StoreOpenError {
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

/** Whether the system said so: `ENOENT`. */
export const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code
