import type { DiskSpec } from './planted-disks.ts'
import type { DiskState, OpenDisk } from './tree-state.ts'

/** A disk that is open, and which one it is. */
export interface NodeOpen {
  readonly node: number
  readonly open: OpenDisk
}

/** A disk that a step has opened. */
export interface PlannedOpening {
  readonly at: number
  readonly disk: DiskState
  /** What must be closed before. */
  readonly closes: NodeOpen | undefined
}

/** A disk that a step changes while it is open. */
export interface PlannedChange {
  readonly at: number
  readonly disk: DiskState
  readonly spec: DiskSpec
  readonly sizeBytes: number | undefined
}

/** What has to be opened and changed for a transaction of the model. */
export class TreePlan {
  openings: PlannedOpening[] = []
  readonly portals: { readonly at: number; readonly host: string; readonly port: number }[] = []
  readonly changes = new Map<DiskState, PlannedChange>()

  opens(disk: DiskState): boolean {
    return this.openings.some(each => each.disk === disk)
  }

  /** A disk is not to be there: what is to be closed for that. */
  leave(disk: DiskState): NodeOpen | undefined {
    const opening = this.openings.find(each => each.disk === disk)
    this.openings = this.openings.filter(each => each !== opening)
    this.changes.delete(disk)
    if (opening) return opening.closes
    return disk.open && { node: disk.node, open: disk.open }
  }

  change(change: PlannedChange): void {
    const before = this.changes.get(change.disk)
    this.changes.set(change.disk, { ...change, sizeBytes: change.sizeBytes ?? before?.sizeBytes })
  }
}
