import type { Step, Storage } from 'lunkit'
import type { DiskSpec } from './planted-disks.ts'
import { type NodeOpen, type PlannedChange, TreePlan } from './tree-plan.ts'
import { Contradiction, perform } from './tree-rules.ts'
import { type OpenDisk, TreeState } from './tree-state.ts'

/** How a transaction is asked for. */
export interface Asking {
  /** Whether what cannot be opened is left out. */
  readonly leavesOut?: boolean
  /** Before which opening of a disk its signal is aborted, from 0; undefined: it never is. */
  readonly abortsAt?: number | undefined
}

/** What has become of a transaction. */
export interface ModelOutcome {
  /** The step that failed; undefined: none did, or it was aborted. */
  readonly failedAt: number | undefined
  readonly isAborted: boolean
  /** Steps that were left out, in their order. */
  readonly leftOut: readonly number[]
  /** How many disks could not be opened again. */
  readonly notUndone: number
  /** Disks that were changed, or closed, and are as they were again: who sees them may have noticed. */
  readonly disturbed: ReadonlySet<number>
}

const DONE: ModelOutcome = { failedAt: undefined, isAborted: false, leftOut: [], notUndone: 0, disturbed: new Set() }

/** What a tree of disks and targets is, step by step: the whole of it is copied for each transaction. */
export class TreeModel {
  state = new TreeState()
  readonly specOf: (storage: Storage) => DiskSpec
  readonly #takenPort: number
  /** Numbers that groups have of which the model does not know. */
  readonly #otherPortIds: readonly number[]
  /** Storage objects that were opened, which some are only once. */
  readonly #opened = new Set<number>()
  #opens = 0

  constructor(specOf: (storage: Storage) => DiskSpec, takenPort: number, otherPortIds: readonly number[] = []) {
    this.specOf = specOf
    this.#takenPort = takenPort
    this.#otherPortIds = otherPortIds
    for (const id of otherPortIds) this.state.portIds.add(id)
  }

  apply(steps: readonly Step[], asking: Asking = {}): ModelOutcome {
    const state = this.state.copy()
    const plan = new TreePlan()
    for (const [at, step] of steps.entries()) {
      try {
        perform({ state, plan, specOf: this.specOf, at }, step)
      } catch (error) {
        if (!(error instanceof Contradiction)) throw error
        return { ...DONE, failedAt: at }
      }
    }
    return this.#open(state, plan, asking)
  }

  #open(
    after: TreeState,
    plan: TreePlan,
    { leavesOut = false, abortsAt = Number.POSITIVE_INFINITY }: Asking,
  ): ModelOutcome {
    const leftOut: number[] = []
    const open = new Map(this.state.openDisks.map(disk => [disk.id, disk]))
    const closed: NodeOpen[] = []
    if (abortsAt === 0) return { ...DONE, isAborted: true }
    for (const [number, { at, disk, closes }] of plan.openings.entries()) {
      if (closes) {
        closed.push(closes)
        open.delete(closes.open.id)
      }
      disk.open = this.#openOne(disk.spec, open)
      if (number + 1 === abortsAt) return { ...this.#undone(at, closed), failedAt: undefined, isAborted: true }
      if (disk.open) open.set(disk.open.id, disk.open)
      else if (!leavesOut) return this.#undone(at, closed)
      else leftOut.push(at)
    }
    const taken = plan.portals.filter(({ port }) => port === this.#takenPort)
    if (taken[0] && !leavesOut) return this.#undone(taken[0].at, closed)
    const changed = new Set<number>()
    const failed = change([...plan.changes.values()], changed)
    if (failed !== undefined) return this.#undone(failed, closed, changed)
    this.#commit(after)
    return { ...DONE, leftOut: [...leftOut, ...taken.map(({ at }) => at)] }
  }

  #openOne(spec: DiskSpec, open: ReadonlyMap<number, OpenDisk>): OpenDisk | undefined {
    const { id, fault, serial, file, sizeBytes, removable = false } = spec
    const isFirst = !this.#opened.has(id)
    this.#opened.add(id)
    if (fault === 'open' || (fault === 'once' && !isFirst)) return undefined
    for (const { spec: other } of open.values())
      if (other.serial === serial || (file !== undefined && other.file === file)) return undefined
    return { id: ++this.#opens, spec, sizeBytes, removable, stamp: undefined }
  }

  /** Everything is as it was; what was closed is opened again, where that can be. */
  #undone(failedAt: number, closed: readonly NodeOpen[], changed: ReadonlySet<number> = new Set()): ModelOutcome {
    const gone = new Set(closed.map(({ open }) => open.id))
    const open = new Map(this.state.openDisks.filter(({ id }) => !gone.has(id)).map(disk => [disk.id, disk]))
    let notUndone = 0
    const disturbed = new Set(changed)
    for (const { node } of closed.toReversed()) {
      const disk = [...this.state.disks.values()].find(each => each.node === node)
      if (!disk) throw new Error('what was closed is not in the tree')
      const stamp = disk.spec.file === undefined ? undefined : disk.open?.stamp
      disk.open = this.#openOne(disk.spec, open)
      if (disk.open) {
        open.set(disk.open.id, disk.open)
        disturbed.add(disk.open.id)
        disk.open.stamp = stamp
      } else notUndone++
    }
    return { ...DONE, failedAt, notUndone, disturbed }
  }

  #commit(after: TreeState): void {
    for (const name of this.state.targets.keys()) after.removed.add(name)
    for (const name of after.targets.keys()) after.removed.delete(name)
    after.portIds.clear()
    for (const id of [...this.#otherPortIds, ...after.groups.map(({ portId }) => portId)]) after.portIds.add(id)
    this.state = after
  }
}

/** Changes open disks: attributes, larger sizes, smaller ones. Answers the step that cannot be. */
function change(changes: readonly PlannedChange[], changed: Set<number>): number | undefined {
  for (const { at, disk, spec } of changes) {
    const open = disk.open as OpenDisk
    if (spec.blockBytes !== open.spec.blockBytes) return at
    open.removable = spec.removable ?? false
    changed.add(open.id)
  }
  const shrinks = ({ disk, sizeBytes }: PlannedChange): boolean =>
    sizeBytes !== undefined && sizeBytes < (disk.open as OpenDisk).sizeBytes
  for (const one of [...changes.filter(each => !shrinks(each)), ...changes.filter(shrinks)]) {
    const open = one.disk.open as OpenDisk
    if (one.sizeBytes === undefined) continue
    if (open.spec.fault === 'resize') return one.at
    open.sizeBytes = one.sizeBytes
    if (open.stamp && (open.stamp.lba + 1) * open.spec.blockBytes > open.sizeBytes) open.stamp = undefined
  }
  return undefined
}
