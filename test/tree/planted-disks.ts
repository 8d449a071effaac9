import { join } from 'node:path'
import { Layer, type Store, type StoreFault, type StoreRequest } from '@lunkit/backstores'
import { type FileioOptions, fileio, ramdisk, type Storage } from 'lunkit'

/** What goes wrong with a disk: it cannot be opened, it can once and never again, it cannot have another size. */
export type PlantedFault = 'open' | 'once' | 'resize'

/** A disk of a random case. */
export interface DiskSpec {
  /** No two storage objects have one. */
  readonly id: number
  readonly serial: string
  readonly sizeBytes: number
  readonly blockBytes: number
  /** RMB of INQUIRY; undefined: as in LIO. */
  readonly removable: boolean | undefined
  /** The file that it is; undefined: a disk in memory. */
  readonly file: string | undefined
  readonly fault: PlantedFault | undefined
}

/** A store that passes everything on, and has no room for another size. */
class FullStore extends Layer {
  submit(request: StoreRequest): boolean {
    return this.behind.submit(request)
  }

  override resize(): Promise<StoreFault> {
    return Promise.resolve('noSpace')
  }
}

/** Storage objects that do as they were planted, and what they are. */
export class PlantedDisks {
  readonly #specs = new WeakMap<Storage, DiskSpec>()
  readonly #directory: string
  #next = 1
  /** Called each time that one of them is about to be opened. */
  opening = (): void => {}

  constructor(directory: string) {
    this.#directory = directory
  }

  storage(spec: Omit<DiskSpec, 'id'>): Storage {
    const whole = { ...spec, id: this.#next++ }
    const storage = planted(this.#plain(whole), whole.fault, () => this.opening())
    this.#specs.set(storage, whole)
    return storage
  }

  specOf(storage: Storage): DiskSpec {
    return this.#specs.get(storage) as DiskSpec
  }

  #plain({ serial, sizeBytes, blockBytes, removable, file, fault }: DiskSpec): Storage {
    const attributes = { blockSizeBytes: blockBytes, ...(removable !== undefined && { removable }) }
    const options = { sizeBytes, identity: { serial }, attributes }
    if (file === undefined) return ramdisk(options)
    // A file in a directory that there is not is the system's own refusal.
    const path = join(this.#directory, fault === 'open' ? 'none' : '.', file)
    return fileio({ ...options, path } satisfies FileioOptions)
  }
}

function planted(storage: Storage, fault: PlantedFault | undefined, opening: () => void): Storage {
  let opened = 0
  const open = async (resources: Parameters<Storage['open']>[0]): Promise<Store> => {
    opening()
    opened++
    if (fault === 'open') await storage.open({ ...resources, name: 'refused' }).then(each => each.close())
    if (fault === 'open' || (fault === 'once' && opened > 1)) throw new Error(`planted: it does not open (${fault})`)
    const store = await storage.open(resources)
    return fault === 'resize' ? new FullStore(store) : store
  }
  return { ...storage, open }
}
