import { randomUUID } from 'node:crypto'
import {
  createRamdisk,
  fileOrigin,
  type Lanes,
  openFileio,
  type Store,
  type StoreOpeningListener,
} from '@lunkit/backstores'
import type { UnitAttributes, UnitIdentity, UnitOptions } from '@lunkit/scsi-engine'
import { derivedSerial } from './derived-names.ts'
import { checkFileioOptions, checkRamdiskOptions, checkResources } from './option-checks.ts'

/** What any disk may be given. */
export interface DiskOptions {
  /** The storage object's name. Left out, it is told by the LUN: `disk0`. */
  readonly name?: string
  /** LIO's attributes of a storage object; what is left out is as in LIO. */
  readonly attributes?: Partial<UnitAttributes>
  /**
   * What INQUIRY and the VPD pages say; what is left out is as in LIO. A serial number that is left out is made, see `ramdisk` and
   * `fileio`: one that is to stay whatever happens to machine and file is given here.
   */
  readonly identity?: Partial<UnitIdentity>
  /** Nothing changes it: MODE SENSE says that it is write protected, and what would write ends with WRITE PROTECTED (27/00). */
  readonly readOnly?: boolean
}

/** What a storage object is opened with. */
export interface StorageResources {
  readonly name: string
  /** The worker lanes, which are started when the first storage object asks for them. */
  readonly lanes: () => Lanes
  /** Hears how it was opened: that a file was created, that its size is not the one that was asked for. */
  readonly opened?: StoreOpeningListener
}

/** A disk that is to be served. Stores of one's own are served by implementing this. */
export interface Storage {
  readonly name: string | undefined
  /** Whether `createTarget` serves it write protected. */
  readonly readOnly?: boolean
  /** What its logical unit is given, once it is known what the store can do. */
  unit(store: Store): UnitOptions
  /** Opens the store, once; it is closed by whoever opened it. */
  open(resources: StorageResources): Promise<Store>
  /**
   * Makes the unit's serial number, where `unit` gives none, after the store was opened: the same one for as long as it is the
   * same content, and another one for any other content in the world. Left out, it is made of machine, target, plugin and name.
   */
  readonly makeSerial?: () => Promise<string>
}

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

/** A file that is a disk. */
export interface FileioOptions extends DiskOptions {
  readonly path: string
  /**
   * The size of the disk, 512 or more; what is no multiple of the block is rounded down. A file that is longer is served up
   * to there, one that is shorter is made longer. Left out: the file's own size.
   */
  readonly sizeBytes?: number | undefined
  /** False: a file that is missing is not created, and one that is shorter than `sizeBytes` is not made longer. */
  readonly create?: boolean
  /**
   * True (the default): a write is complete when the page cache has it, and durable after a flush. False: it is durable
   * before it is complete.
   */
  readonly writeBack?: boolean
}

/**
 * A disk in memory, for tests and scratch. Its content ends with it, and so does a serial number that it was not given: it is
 * random.
 * @throws {TypeError} or {RangeError} for options that cannot be.
 */
export function ramdisk(options: RamdiskOptions): Storage {
  checkRamdiskOptions(options)
  const { sizeBytes, nullio = false, readOnly = false, ...disk } = options
  return {
    name: disk.name,
    readOnly,
    unit: () => unitOptions(disk),
    // Not in place, so that a size that cannot be is a rejection like a file that cannot be opened.
    open: async resources => {
      checkResources('ramdisk: open', resources)
      const { name, opened } = resources
      return createRamdisk({ name, sizeBytes, nullio, ...(opened && { opened }) })
    },
    makeSerial: async () => randomUUID(),
  }
}

/**
 * A file as a disk: an existing one, or one that is created sparse with `sizeBytes`. A serial number that it was not given is
 * made of the machine and of the file, and is the same as long as that is the same file under the same path. With `readOnly` it is opened for reading only, is not
 * created, and may be served by several at a time.
 * @throws {TypeError} or {RangeError} for options that cannot be.
 */
export function fileio(options: FileioOptions): Storage {
  checkFileioOptions(options)
  const { path, sizeBytes, readOnly = false, create = !readOnly, writeBack = true, ...disk } = options
  if (readOnly && create) throw new RangeError('fileio: create is true and readOnly too; right is one of them')
  const how = { path, sizeBytes, create, writeBack, readOnly }
  return {
    name: disk.name,
    readOnly,
    unit: () => unitOptions(disk),
    open: async resources => {
      checkResources('fileio: open', resources)
      const { name, lanes, opened } = resources
      return openFileio({ name, ...how, lanes: lanes(), ...(opened && { opened }) })
    },
    makeSerial: () => serialOfFile(path),
  }
}

const serialOfFile = async (path: string): Promise<string> => derivedSerial(['file', ...(await fileOrigin(path))])

function unitOptions({ attributes = {}, identity = {} }: DiskOptions): UnitOptions {
  return { attributes, identity }
}
