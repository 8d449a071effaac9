import { randomUUID } from 'node:crypto'
import { createRamdisk, ReadOnlyLayer } from '@lunkit/backstores'
import { checkOptions, flag, type OptionDomains, required, wholeNumber } from '@lunkit/wire'
import { DISK, type DiskOptions, unitOptions } from './disk-options.ts'
import { checkResources, type Storage } from './storage.ts'

/** A disk in memory. */
export interface RamdiskOptions extends DiskOptions {
  /**
   * 512 or more; what is no multiple of the block is rounded down. Memory is taken when something is written, and given back
   * by UNMAP.
   */
  readonly sizeBytes: number
  /** Keeps nothing: writes are dropped and reads are zeroes. */
  readonly nullio?: boolean
}

// What no multiple of a block is, and what is too small, the store says when it is opened.
const RAMDISK: OptionDomains = { ...DISK, sizeBytes: required(wholeNumber()), nullio: flag }

/**
 * A disk in memory, for tests and scratch. Its content ends with it, and so does a serial number that it was not given: it is
 * random.
 * @throws {TypeError} or {RangeError} for options that cannot be.
 */
export function ramdisk(options: RamdiskOptions): Storage {
  checkOptions('ramdisk', options, RAMDISK)
  const { sizeBytes, nullio = false, readOnly = false, ...disk } = options
  return {
    name: disk.name,
    readOnly,
    unit: () => unitOptions(disk),
    // Not in place, so that a size that cannot be is a rejection like a file that cannot be opened.
    open: async resources => {
      checkResources('ramdisk: open', resources)
      const { name, opened } = resources
      const store = createRamdisk({ name, sizeBytes, nullio, ...(opened && { opened }) })
      return readOnly ? new ReadOnlyLayer(store) : store
    },
    makeSerial: async () => randomUUID(),
  }
}
