import type { PortalAddress } from '@lunkit/target'
import { freePortId } from './free-port-id.ts'
import { GroupNode } from './group-node.ts'
import type { GroupSettings } from './group-settings.ts'
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
  const group = new GroupNode(router, settings)
  target.groups.set(tag, group)
  transaction.undo(() => void target.groups.delete(tag))
  for (const table of group.ruleTables.values()) transaction.touch(table)
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
  changeRules(group, before.rules, transaction)
  transaction.targets.add(parts.target(step.target))
  transaction.groups.add(group)
}

/** A rule that comes has a table of its own, which is empty; with one that goes its table does. */
function changeRules(group: GroupNode, before: GroupSettings['rules'] = [], transaction: Transaction): void {
  const now = new Set(group.settings.rules?.map(({ name }) => name))
  const tables = new Map(group.ruleTables)
  const restore = (): void => {
    group.ruleTables.clear()
    for (const [name, table] of tables) group.ruleTables.set(name, table)
  }
  transaction.undo(restore)
  for (const name of now)
    if (!tables.has(name)) {
      const table = group.newRuleTable(name)
      group.ruleTables.set(name, table)
      transaction.touch(table)
    }
  for (const { name } of before) if (!now.has(name)) loseRule(group, name, transaction)
}

function loseRule(group: GroupNode, name: string, transaction: Transaction): void {
  const table = group.ruleTable(name)
  group.ruleTables.delete(name)
  table.present = false
  transaction.undo(() => {
    table.present = true
  })
  transaction.touch(table)
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
