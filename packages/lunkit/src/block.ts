import { deviceOrigin, openBlock, type Store } from '@lunkit/backstores'
import { checkOptions, flag, type OptionDomains, object, required, text } from '@lunkit/wire'
import { derivedSerial } from './derived-names.ts'
import { DISK, type DiskOptions, unitOptions } from './disk-options.ts'
import { checkResources, type Storage } from './storage.ts'

/** A block device that is served as a disk. */
export interface BlockStorageOptions extends DiskOptions {
  /** Its path, or a symbolic link to it, as in `/dev/disk/by-id`. */
  readonly path: string
  /** True (the default): reads and writes go past the page cache, so that a write is as durable as the device makes it. */
  readonly direct?: boolean
  /** True (the default): what caches hold is durable after a flush. False: it is durable before a write is complete. */
  readonly writeBack?: boolean
  /** False: it is served even where others hold or mount it. */
  readonly exclusive?: boolean
  /** A flush failed before, and nobody has cleared that: see `fileio`. */
  readonly flushFailure?: Store['flushFailure']
}

const BLOCK: OptionDomains = {
  ...DISK,
  path: required(text('a path', path => path !== '' && !path.includes('\0'))),
  direct: flag,
  writeBack: flag,
  exclusive: flag,
  flushFailure: object('a failed flush: { cause }'),
}

/**
 * A block device as a disk of its size, with its blocks, for as long as nobody else holds it. A serial number that it was not given is made
 * of the machine and of what the device says of itself, and is the same under whatever path it is found.
 * @throws {TypeError} or {RangeError} for options that cannot be.
 */
export function block(options: BlockStorageOptions): Storage {
  checkOptions('block', options, BLOCK)
  const { path, readOnly = false, direct = true, writeBack = true, exclusive = true, flushFailure, ...disk } = options
  const how = { path, readOnly, direct, writeBack, exclusive, flushFailure }
  return {
    name: disk.name,
    readOnly,
    unit: () => unitOptions(disk),
    open: async resources => {
      checkResources('block: open', resources)
      const { name, lanes } = resources
      return openBlock({ name, ...how, lanes: lanes() })
    },
    makeSerial: async () => derivedSerial(['device', ...(await deviceOrigin(path))]),
  }
}
