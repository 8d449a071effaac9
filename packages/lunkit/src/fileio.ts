import {
  type DeviceLook,
  deviceOrigin,
  fileOrigin,
  lookAtDevice,
  openBlock,
  openFileio,
  type Store,
} from '@lunkit/backstores'
import { checkOptions, flag, type OptionDomains, object, required, text, wholeNumber } from '@lunkit/wire'
import { derivedSerial } from './derived-names.ts'
import { DISK, type DiskOptions, unitOptions } from './disk-options.ts'
import { checkResources, type Storage } from './storage.ts'

/** A file that is a disk, or a block device, as LIO's plugin of this name takes both. */
export interface FileioOptions extends DiskOptions {
  readonly path: string
  /** True has reads and writes go past the page cache. Left out: through it. */
  readonly direct?: boolean
  /**
   * The size of the disk, 512 or more; what is no multiple of the block is rounded down. A file that is longer is served up
   * to there, one that is shorter is made longer. Left out: the file's own size.
   */
  readonly sizeBytes?: number | undefined
  /** False: a file that is missing is not created, and one that is shorter than `sizeBytes` is not made longer. */
  readonly create?: boolean
  /**
   * False: what is created of the file, or added to it when it is opened, has all of its space from then on. Left out: it has holes, and
   * takes space when it is written.
   */
  readonly sparse?: boolean
  /**
   * True (the default): a write is complete when the page cache has it, and durable after a flush. False: it is durable
   * before it is complete.
   */
  readonly writeBack?: boolean
  /**
   * A flush of the file failed before, and nobody has cleared that: it is opened as it was left, and refuses writes and flushes
   * until somebody does (the step `clearFault`).
   */
  readonly flushFailure?: Store['flushFailure']
}

const FILEIO: OptionDomains = {
  ...DISK,
  path: required(text('a path', path => path !== '' && !path.includes('\0'))),
  direct: flag,
  sizeBytes: wholeNumber(),
  create: flag,
  sparse: flag,
  writeBack: flag,
  flushFailure: object('a failed flush: { cause }'),
}

/**
 * A file as a disk: an existing one, or one that is created with `sizeBytes`. A serial number that it was not given is
 * made of the machine and of the file, and is the same as long as that is the same file under the same path. With `readOnly` it is opened for reading only, is not
 * created, and may be served by several at a time.
 * A block device has the size that it has, whatever `sizeBytes` says, and is served for as long as nobody else holds it.
 * @throws {TypeError} or {RangeError} for options that cannot be.
 */
export function fileio(options: FileioOptions): Storage {
  checkOptions('fileio', options, FILEIO)
  const {
    path,
    sizeBytes,
    readOnly = false,
    create = !readOnly,
    writeBack = true,
    sparse = true,
    direct = false,
    flushFailure,
    ...disk
  } = options
  if (readOnly && create) throw new RangeError('fileio: create is true and readOnly too; right is one of them')
  const how = { path, sizeBytes, create, sparse, direct, writeBack, readOnly, flushFailure }
  return {
    name: disk.name,
    readOnly,
    unit: () => unitOptions(disk),
    open: async resources => {
      checkResources('fileio: open', resources)
      const { name, lanes, opened } = resources
      const device = { name, path, readOnly, writeBack, flushFailure, plugin: 'fileio', direct } as const
      if (await isDevice(path)) return openBlock({ ...device, lanes: lanes() })
      return openFileio({ name, ...how, lanes: lanes(), ...(opened && { opened }) })
    },
    makeSerial: () => serialOf(path),
  }
}

/** What cannot be looked at is told when it is opened. */
const isDevice = async (path: string): Promise<boolean> =>
  (await lookAtDevice(path).catch((): DeviceLook | undefined => undefined)) !== undefined

const serialOf = async (path: string): Promise<string> =>
  derivedSerial(
    (await isDevice(path)) ? ['device', ...(await deviceOrigin(path))] : ['file', ...(await fileOrigin(path))],
  )
