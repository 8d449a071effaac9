import type { PortalAddress } from '@lunkit/target'
import { freePortId } from './free-port-id.ts'
import { GroupNode } from './group-node.ts'
import type { StepOf } from './step.ts'
import type { StepPlace } from './step-place.ts'
import type { Transaction } from './transaction.ts'
import type { TreeParts } from './tree-parts.ts'

/** A portal group without portals, that nobody may log in to yet. */
export function addGroup(parts: TreeParts, step: StepOf<'addGroup'>, { transaction }: StepPlace): void {
  const { tag, settings } = step
  const target = parts.target(step.target)
  const { device } = parts.resources
  if (target.groups.has(tag)) throw new RangeError(`${target.name} has a portal group ${tag} already`)
  const relativePortId = step.relativePortId ?? freePortId(parts.portIds)
  const router = device.portGroup({ targetName: target.name, tag, relativePortId })
  transaction.undo(() => device.removePortGroup(router))
  target.groups.set(tag, new GroupNode(router, settings))
  transaction.undo(() => void target.groups.delete(tag))
  transaction.targets.add(target)
}

/** Other settings, for those who log in from now on. */
export function changeGroup(parts: TreeParts, step: StepOf<'changeGroup'>, { transaction }: StepPlace): void {
  const group = parts.group(step)
  const { settings: before } = group
  group.settings = step.settings
  transaction.undo(() => {
    group.settings = before
  })
  transaction.targets.add(parts.target(step.target))
  transaction.groups.add(group)
}

/** Nobody can log in to the group any more; its sessions end when nothing can fail any more. */
export function removeGroup(parts: TreeParts, step: StepOf<'removeGroup'>, { transaction }: StepPlace): void {
  const target = parts.target(step.target)
  const group = parts.group(step)
  // Of two groups with one portal, it leads to the first: undone, they are in the order that they were in.
  const before = [...target.groups]
  target.groups.delete(group.tag)
  transaction.undo(() => {
    target.groups.clear()
    for (const [tag, each] of before) target.groups.set(tag, each)
  })
  loseGroup(group, transaction)
  transaction.targets.add(target)
}

/** What belongs to a group that goes: its places in tables, and later its sessions and its port. */
export function loseGroup(group: GroupNode, transaction: Transaction): void {
  for (const table of group.tables) {
    table.present = false
    transaction.undo(() => {
      table.present = true
    })
  }
  transaction.removedGroups.add(group)
  transaction.losesPortals ||= group.portals.length > 0
}

/** A portal of a group, which is opened before anybody is told of it; one that could not be opened before is tried again. */
export function openPortal(parts: TreeParts, step: StepOf<'openPortal'>, { transaction, at }: StepPlace): void {
  const { portal } = step
  const { portals } = parts.group(step)
  transaction.portals.set(at, portal)
  if (!portals.some(each => isSame(each, portal)))
    setPortals(parts, { step, portals: [...portals, portal] }, transaction)
}

/** Nobody is told of the portal any more; it is closed when nothing can fail any more. Who is connected stays. */
export function closePortal(parts: TreeParts, step: StepOf<'closePortal'>, { transaction }: StepPlace): void {
  const { portal } = step
  const group = parts.group(step)
  const portals = group.portals.filter(each => !isSame(each, portal))
  if (portals.length === group.portals.length)
    throw new RangeError(`${group.title} has no portal ${portal.host}:${portal.port}`)
  transaction.losesPortals = true
  setPortals(parts, { step, portals }, transaction)
}

const isSame = (one: PortalAddress, other: PortalAddress): boolean => one.host === other.host && one.port === other.port

interface PortalChange {
  readonly step: StepOf<'openPortal' | 'closePortal'>
  readonly portals: readonly PortalAddress[]
}

function setPortals(parts: TreeParts, { step, portals }: PortalChange, transaction: Transaction): void {
  const group = parts.group(step)
  const { portals: before } = group
  group.portals = portals
  transaction.undo(() => {
    group.portals = before
  })
  transaction.targets.add(parts.target(step.target))
}
