/** Why a storage object could not do what it was asked. With the operation it maps to one sense in the engine. */
export const StoreFault = {
  /** The medium failed (EIO). */
  io: 'io',
  /** No space left for what was written (ENOSPC, EDQUOT, a process-wide cap). */
  noSpace: 'noSpace',
  /** The medium cannot be written (EROFS, EPERM). */
  readOnly: 'readOnly',
  /** The medium is gone or shorter than it was (ENODEV, ENXIO, a truncated file). */
  gone: 'gone',
  /** Memory for the operation was short; a retry may do. */
  noMemory: 'noMemory',
  /** The lane that had the operation died; whether it took effect is not known. */
  laneLost: 'laneLost',
  /** An earlier flush failed and nobody has cleared it: what was acknowledged may be lost. */
  flushFailed: 'flushFailed',
  /** The store cannot do this operation at all. */
  unsupported: 'unsupported',
} as const
export type StoreFault = (typeof StoreFault)[keyof typeof StoreFault]
