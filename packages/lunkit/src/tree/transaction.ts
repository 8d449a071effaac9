import type { PortalAddress } from '@lunkit/target'
import type { Disk, FlushFailure } from '../disk.ts'
import type { Storage } from '../storage.ts'
import type { GroupNode } from './group-node.ts'
import type { DiskNode, SeenLuns } from './lun-entry.ts'
import type { ServerSettings } from './server-settings.ts'
import type { Resize } from './step.ts'
import type { TargetNode } from './target-node.ts'

/** A disk that is to be opened, and the one that must be closed before. */
export interface Opening {
  readonly node: DiskNode
  readonly replaced?: Replaced
}

/** A disk that another one takes the place of, and how it was opened. */
interface Replaced extends Pick<DiskNode, 'storage' | 'disk'> {
  readonly node: DiskNode
}

/** A disk that is to change while it is served. */
export interface DiskChange {
  readonly disk: Disk
  readonly storage: Storage
  readonly resize: Resize | undefined
}

/**
 * What steps have done to the tree. Nobody outside of it sees that before it is published, so that until then it can be
 * undone without a trace; what cannot be undone comes last.
 */
export class Transaction {
  readonly #undos: (() => void)[] = []
  /** What has to be opened, by the number of the step. */
  readonly openings = new Map<number, Opening>()
  readonly portals = new Map<number, PortalAddress>()
  readonly diskChanges = new Map<number, DiskChange>()
  /** What the whole server is to have. */
  settings: ServerSettings | undefined
  /** What the target server has to be told anew. */
  readonly targets = new Set<TargetNode>()
  /** What initiators have to see anew. */
  readonly #luns = new Map<SeenLuns, Set<number>>()
  /** Whose sessions may have lost their access. */
  readonly groups = new Set<GroupNode>()
  /** What is not there any more. */
  readonly removedGroups = new Set<GroupNode>()
  readonly removedTargets = new Set<TargetNode>()
  readonly closings = new Set<Disk>()
  /** Disks of which nobody is to hold a failed flush against them any more. */
  readonly faultsCleared = new Set<DiskNode>()
  /** Disks that were closed and could not be flushed. */
  readonly flushFailures: FlushFailure[] = []

  /** Says how to undo what was just done to the tree. */
  undo(act: () => void): void {
    this.#undos.push(act)
  }

  /** Undoes all that was done to the tree, the last first. */
  rollBack(): void {
    for (const act of this.#undos.toReversed()) act()
  }

  /** Says that numbers of a table may lead elsewhere. */
  touch(table: SeenLuns, ...luns: readonly number[]): void {
    const touched = this.#luns.get(table) ?? new Set()
    for (const lun of luns) touched.add(lun)
    this.#luns.set(table, touched)
  }

  /** Says that a disk is open, or is not any more, wherever it is mapped. */
  touchPlaces({ places }: DiskNode): void {
    for (const { table, lun } of places) this.touch(table, lun)
  }

  /** Has initiators see what has changed; resolves when nothing uses what they do not see any more. */
  async publishLuns(): Promise<void> {
    await Promise.all([...this.#luns].map(([table, luns]) => table.publish(luns)))
  }
}
