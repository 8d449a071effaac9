import type { Disk } from '../disk.ts'
import type { Storage } from '../storage.ts'

/** What an initiator sees, or all that have no table of their own. */
export interface SeenLuns {
  /** Puts a disk under a number, or with `undefined` nothing; answers what was there. */
  set(lun: number, entry: LunEntry | undefined): LunEntry | undefined
  /** Has initiators see these numbers as they are now; resolves when nothing uses what is not seen any more. */
  publish(luns: Iterable<number>): Promise<void>
}

/** A disk under a number of a table. */
export interface LunEntry {
  readonly table: SeenLuns
  readonly lun: number
  readonly node: DiskNode
  readonly writeProtected: boolean
}

/** A disk of the tree: what it is opened with, what came of it, and where it is mapped. */
export class DiskNode {
  readonly key: string
  storage: Storage
  /** The target that it is for, of which its serial number may be made. */
  readonly target: string | undefined
  /** Undefined while it is not open: it could not be opened, or is replaced. */
  disk: Disk | undefined
  readonly places = new Set<LunEntry>()

  constructor({ key, storage, target }: Pick<DiskNode, 'key' | 'storage' | 'target'>) {
    this.key = key
    this.storage = storage
    this.target = target
  }
}
