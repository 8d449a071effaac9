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
  /** The number of the step. */
  readonly at: number
  readonly node: DiskNode
  readonly replaced?: OpenDisk | undefined
}

/** A disk of the tree that is open. */
interface OpenDisk {
  readonly node: DiskNode
  readonly disk: Disk
}

/** A disk that is to change while it is served: from what one storage says of its unit to what another one says. */
export interface DiskChange extends OpenDisk {
  /** The number of the step, of several the last. */
  readonly at: number
  readonly from: Storage
  readonly to: Storage
  readonly resize: Resize | undefined
}

/**
 * What steps have done to the tree. Nobody outside of it sees that before it is published, so that until then it can be
 * undone without a trace; what cannot be undone comes last.
 */
export class Transaction {
  readonly #undos: (() => void)[] = []
  /** A disk is opened once, and changes once, whatever steps are about it. */
  readonly #openings = new Map<DiskNode, Opening>()
  readonly #diskChanges = new Map<DiskNode, DiskChange>()
  /** What has to be opened, by the number of the step. */
  readonly portals = new Map<number, PortalAddress>()
  /** Whether portals are wanted no more. */
  losesPortals = false
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

  /** What has to be opened, in this order. */
  get openings(): Iterable<Opening> {
    return this.#openings.values()
  }

  /** Which disks have to change. */
  get diskChanges(): Iterable<DiskChange> {
    return this.#diskChanges.values()
  }

  /** Whether a disk is to be opened: what it has now, if anything, is to be closed. */
  isOpening(node: DiskNode): boolean {
    return this.#openings.has(node)
  }

  /** Says that a disk has to be opened. */
  open(opening: Opening): void {
    this.#openings.set(opening.node, opening)
  }

  /** Says that a disk has to change, after what it has to already. */
  change(change: DiskChange): void {
    const { node, resize } = change
    const before = this.#diskChanges.get(node)
    const from = before?.resize ?? resize
    const to = resize ?? before?.resize
    const merged = from && to && { from: from.from, to: to.to }
    this.#diskChanges.set(node, { ...change, from: before?.from ?? change.from, resize: merged })
  }

  /**
   * Says that a disk is not to be there, so that it need not be opened or changed first. Answers what has to be closed for it: the disk,
   * or the one that it was to take the place of.
   */
  leave(node: DiskNode): OpenDisk | undefined {
    const opening = this.#openings.get(node)
    this.#openings.delete(node)
    this.#diskChanges.delete(node)
    if (opening) return opening.replaced
    return node.disk && { node, disk: node.disk }
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
