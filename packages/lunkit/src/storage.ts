import { createRamdisk, type Lanes, openFileio, type Store } from '@lunkit/backstores'
import type { UnitAttributes, UnitIdentity, UnitOptions } from '@lunkit/scsi-engine'

/** What any disk may be given. */
export interface DiskOptions {
  /** The storage object's name; its unit's serial number is derived from it. Left out, it is told by the LUN: `disk0`. */
  readonly name?: string
  /** LIO's attributes of a storage object; what is left out is as in LIO. */
  readonly attributes?: Partial<UnitAttributes>
  /** What INQUIRY and the VPD pages say; what is left out is as in LIO. */
  readonly identity?: Partial<UnitIdentity>
}

/** What a storage object is opened with. */
export interface StorageResources {
  readonly name: string
  /** The worker lanes, which are started when the first storage object asks for them. */
  readonly lanes: () => Lanes
}

/** A disk that is to be served. Stores of one's own are served by implementing this. */
export interface Storage {
  readonly name: string | undefined
  /** What its logical unit is given, once it is known what the store can do. */
  unit(store: Store): UnitOptions
  /** Opens the store, once; it is closed by whoever opened it. */
  open(resources: StorageResources): Promise<Store>
}

/** A disk in memory. */
export interface RamdiskOptions extends DiskOptions {
  /** A multiple of 512. Memory is taken when something is written, and given back by UNMAP. */
  readonly sizeBytes: number
  /** Keeps nothing: writes are dropped and reads are zeroes. */
  readonly nullio?: boolean
}

/** A file that is a disk. */
export interface FileioOptions extends DiskOptions {
  readonly path: string
  /** The size of a file that must be created; one that is there keeps its own. */
  readonly sizeBytes?: number | undefined
  /**
   * True (the default): a write is complete when the page cache has it, and durable after a flush. False: it is durable
   * before it is complete.
   */
  readonly writeBack?: boolean
}

/** A disk in memory, for tests and scratch. */
export function ramdisk({ sizeBytes, nullio = false, ...disk }: RamdiskOptions): Storage {
  return {
    name: disk.name,
    unit: () => unitOptions(disk),
    // Not in place, so that a size that cannot be is a rejection like a file that cannot be opened.
    open: async ({ name }) => createRamdisk({ name, sizeBytes, nullio }),
  }
}

/** A file as a disk: an existing one, or one that is created sparse with `sizeBytes`. */
export function fileio({ path, sizeBytes, writeBack = true, ...disk }: FileioOptions): Storage {
  return {
    name: disk.name,
    unit: () => unitOptions(disk),
    open: ({ name, lanes }) => openFileio({ name, path, sizeBytes, writeBack, lanes: lanes() }),
  }
}

function unitOptions({ attributes = {}, identity = {} }: DiskOptions): UnitOptions {
  return { attributes, identity }
}
