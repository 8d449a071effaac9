import type { Lanes, Store, StoreOpeningListener } from '@lunkit/backstores'
import type { UnitOptions } from '@lunkit/scsi-engine'
import { callback, checkOptions, type OptionDomains, required } from '@lunkit/wire'
import { NAME } from './disk-options.ts'

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
   * Has the store, which another storage of the same disk has opened, behave as this one says, as far as that changes while it is served;
   * returns what undoes it. Left out: nothing of it does. Throws where it cannot be; nothing has changed then.
   */
  readonly adapt?: (store: Store) => () => void
  /**
   * Makes the unit's serial number, where `unit` gives none, after the store was opened: the same one for as long as it is the
   * same content, and another one for any other content in the world. Left out, it is made of machine, target, plugin and name.
   */
  readonly makeSerial?: () => Promise<string>
}

const RESOURCES: OptionDomains = { name: required(NAME), lanes: required(callback), opened: callback }

/** @throws {TypeError} or {RangeError} for what a storage object cannot be opened with. */
export const checkResources = (where: string, resources: StorageResources): void =>
  checkOptions(where, resources, RESOURCES)
