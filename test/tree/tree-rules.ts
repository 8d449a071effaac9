import type { Step, StepKind, StepOf, Storage } from 'lunkit'
import type { DiskSpec } from './planted-disks.ts'
import type { TreePlan } from './tree-plan.ts'
import type { DiskState, GroupState, TableState, TargetState, TreeState } from './tree-state.ts'

/** A step that contradicts the tree. */
export class Contradiction extends Error {}

/** Where a step is done. */
export interface Draft {
  readonly state: TreeState
  readonly plan: TreePlan
  readonly specOf: (storage: Storage) => DiskSpec
  readonly at: number
}

type Rules = { readonly [K in StepKind]: (draft: Draft, step: StepOf<K>) => void }

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Contradiction('there is no such thing')
  return value
}

function refuse(isThere: unknown): void {
  if (isThere) throw new Contradiction('there is one already')
}

/** RFC 3722, as far as the names of the cases go. */
const folded = (name: string): string => name.toLowerCase()

const targetOf = ({ state }: Draft, { target }: { target: string }): TargetState =>
  found(state.targets.get(folded(target)))

const groupOf = (draft: Draft, step: { target: string; tag: number }): GroupState =>
  found(targetOf(draft, step).groups.get(step.tag))

function tableOf(draft: Draft, step: { target: string; tag: number; initiator: string | undefined }): TableState {
  const group = groupOf(draft, step)
  return step.initiator === undefined ? group.demoTable : found(group.acls.get(folded(step.initiator))).table
}

/** Takes a disk out of the tree with its LUNs. */
function takeOut({ tables, disks }: TreeState, key: string): void {
  for (const { luns } of tables) for (const [lun, { disk }] of luns) if (disk === key) luns.delete(lun)
  disks.delete(key)
}

function put({ state }: Draft, key: string, spec: DiskSpec): DiskState {
  const disk: DiskState = { node: state.next++, spec, open: undefined }
  state.disks.set(key, disk)
  return disk
}

function lowestFree(taken: ReadonlySet<number>): number {
  for (let id = 1; ; id++) if (!taken.has(id)) return id
}

const newTable = (state: TreeState): TableState => ({ id: state.next++, luns: new Map() })

/** What each step does to the tree; it contradicts before it has done anything. */
const rules: Rules = {
  openDisk(draft, { disk: key, storage }) {
    const { state, plan, at } = draft
    const known = state.disks.get(key)
    refuse(known && (known.open || plan.opens(known)))
    const disk = known ?? put(draft, key, draft.specOf(storage))
    disk.spec = draft.specOf(storage)
    plan.openings.push({ at, disk, closes: undefined })
  },
  replaceDisk(draft, { disk: key, replaces, storage }) {
    const { state, plan, at } = draft
    const old = found(state.disks.get(replaces))
    refuse(key !== replaces && state.disks.has(key))
    const closes = plan.leave(old)
    if (key !== replaces) takeOut(state, replaces)
    const disk = key === replaces ? old : put(draft, key, draft.specOf(storage))
    disk.spec = draft.specOf(storage)
    plan.openings.push({ at, disk, closes })
  },
  changeDisk({ state, plan, at, specOf }, { disk: key, storage, resize }) {
    const disk = found(state.disks.get(key))
    const spec = specOf(storage)
    disk.spec = spec
    if (disk.open && !plan.opens(disk)) plan.change({ at, disk, spec, sizeBytes: resize?.to })
  },
  clearFault({ state }, { disk: key }) {
    found(found(state.disks.get(key)).open)
  },
  closeDisk({ state, plan }, { disk: key }) {
    plan.leave(found(state.disks.get(key)))
    takeOut(state, key)
  },
  addTarget({ state }, { target: name, alias }) {
    refuse(state.targets.has(folded(name)))
    state.targets.set(folded(name), { name, alias, groups: new Map() })
  },
  changeTarget(draft, step) {
    targetOf(draft, step).alias = step.alias
  },
  removeTarget(draft, step) {
    targetOf(draft, step)
    draft.state.targets.delete(folded(step.target))
  },
  addGroup(draft, step) {
    const { state } = draft
    const { groups } = targetOf(draft, step)
    const { tag, settings, relativePortId: portId = lowestFree(state.portIds) } = step
    refuse(groups.has(tag) || state.portIds.has(portId))
    state.portIds.add(portId)
    const own = { acls: new Map(), demoMode: undefined, demoTable: newTable(state) }
    groups.set(tag, { id: state.next++, tag, portId, settings, portals: [], ...own })
  },
  changeGroup(draft, step) {
    groupOf(draft, step).settings = step.settings
  },
  removeGroup(draft, step) {
    groupOf(draft, step)
    targetOf(draft, step).groups.delete(step.tag)
  },
  openPortal(draft, step) {
    const group = groupOf(draft, step)
    const { host, port } = step.portal
    draft.plan.portals.push({ at: draft.at, host, port })
    // One at another port is never opened: it is not among those that are.
    if (port === draft.state.portalPort && !group.portals.includes(host)) group.portals.push(host)
  },
  closePortal(draft, step) {
    const group = groupOf(draft, step)
    refuse(!group.portals.includes(step.portal.host))
    group.portals = group.portals.filter(host => host !== step.portal.host)
  },
  addAcl(draft, step) {
    const { acls } = groupOf(draft, step)
    refuse(acls.has(folded(step.initiator)))
    acls.set(folded(step.initiator), { access: step.access ?? {}, table: newTable(draft.state) })
  },
  changeAcl(draft, step) {
    found(groupOf(draft, step).acls.get(folded(step.initiator))).access = step.access ?? {}
  },
  removeAcl(draft, step) {
    const { acls } = groupOf(draft, step)
    found(acls.get(folded(step.initiator)))
    acls.delete(folded(step.initiator))
  },
  setDemoMode(draft, step) {
    groupOf(draft, step).demoMode = step.access
  },
  mapLun(draft, step) {
    const { luns } = tableOf(draft, step)
    found(draft.state.disks.get(step.disk))
    luns.set(step.lun, { disk: step.disk, writeProtected: step.writeProtected ?? false })
  },
  unmapLun(draft, step) {
    const { luns } = tableOf(draft, step)
    found(luns.get(step.lun))
    luns.delete(step.lun)
  },
  changeServer({ state }, { discovery }) {
    state.refuseDiscovery = discovery.authenticationRequired
  },
}

/**
 * Does a step to the tree alone.
 * @throws {Contradiction} where it cannot be done; nothing has changed then.
 */
export function perform(draft: Draft, step: Step): void {
  // The rule of a step's kind takes that step.
  const rule = rules[step.kind] as (draft: Draft, step: Step) => void
  rule(draft, step)
}
