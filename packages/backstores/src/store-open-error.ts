/** Why a store could not be opened. */
export const StoreOpenReason = {
  missingDirectory: 'missingDirectory',
  missingFile: 'missingFile',
  notARegularFile: 'notARegularFile',
  notABlockDevice: 'notABlockDevice',
  notAScsiDevice: 'notAScsiDevice',
  sizeMissing: 'sizeMissing',
  badSize: 'badSize',
  locked: 'locked',
  /** The exclusive lock cannot be had on this system at all. */
  cannotLock: 'cannotLock',
  /** Its file system cannot go past the page cache, or only in pieces that are larger than the smallest block. */
  notDirect: 'notDirect',
  noPermission: 'noPermission',
  readOnlyFileSystem: 'readOnlyFileSystem',
  noSpace: 'noSpace',
  /** Something else that the system said. */
  system: 'system',
} as const
export type StoreOpenReason = (typeof StoreOpenReason)[keyof typeof StoreOpenReason]

/** Thrown where a store cannot be opened; the message names the path, what is wrong, and what would be right. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
  readonly path: string
  readonly reason: StoreOpenReason

  constructor(
    path: string,
    reason: StoreOpenReason,
    { text, cause }: { readonly text: string; readonly cause?: unknown },
  ) {
    super(`cannot open ${path}: ${text}`, cause === undefined ? undefined : { cause })
    this.path = path
    this.reason = reason
  }
}
