import { callback, flag, type OptionDomains, object, required, text } from '@lunkit/wire'
import type { StoreOpeningListener } from '../store-opening.ts'
import { RamMemory } from './ram-memory.ts'

/** How a ramdisk is made. */
export interface RamdiskOptions {
  readonly name: string
  /** 512 or more; what is no multiple of 512 is rounded down. */
  readonly sizeBytes: number
  /** Keeps nothing: writes are dropped and reads are zeroes. */
  readonly nullio?: boolean
  /** Where its memory comes from; the process's own unless given. */
  readonly memory?: RamMemory
  /** Hears that the size was rounded down. */
  readonly opened?: StoreOpeningListener
}

/** What each of them may be. */
export const RAMDISK_DOMAINS: OptionDomains = {
  name: required(text('a name', name => name !== '')),
  // What a disk cannot have is said with the disk's name.
  sizeBytes: required({ type: 'number', words: 'a whole number of bytes', has: () => true }),
  nullio: flag,
  memory: object('a RamMemory', memory => memory instanceof RamMemory),
  opened: callback,
}
