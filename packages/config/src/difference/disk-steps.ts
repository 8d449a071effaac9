import { claimsOf } from '../disk-claims.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import { compareMembers } from './members.ts'
import type { OrderedSteps } from './ordered-steps.ts'
import { StorageChange, storageChange } from './storage-changes.ts'

/**
 * The steps that open, change and close disks.
 * @returns the keys of those that are closed before others are opened: their LUNs must be unmapped by then.
 */
export function addDiskSteps(
  from: readonly StoragePlan[],
  to: readonly StoragePlan[],
  steps: OrderedSteps,
): ReadonlySet<string> {
  const { added, removed, both } = compareMembers(from, to, ({ key }) => key)
  const opened = [...added]
  const closed = [...removed]
  for (const [before, plan] of both) {
    const change = storageChange(before, plan)
    if (change === StorageChange.live) steps.add('disks', { kind: 'changeDisk', disk: plan.key, from: before, plan })
    if (change !== StorageChange.replace) continue
    closed.push(before)
    opened.push(plan)
  }
  return addOpenings(opened, closed, steps)
}

function addOpenings(
  opened: readonly StoragePlan[],
  closed: readonly StoragePlan[],
  steps: OrderedSteps,
): ReadonlySet<string> {
  const rivals = rivalsOf(opened, closed)
  // Of two that are in nobody else's way one replaces the other. Of more, all that go are closed before one is opened.
  const partnerOf = (plan: StoragePlan): StoragePlan | undefined => {
    const [rival, ...others] = rivals.get(plan) ?? []
    return rival !== undefined && others.length === 0 && rivals.get(rival)?.size === 1 ? rival : undefined
  }
  for (const plan of opened) {
    const replaces = partnerOf(plan)?.key
    const [disk, stage] = [plan.key, 'disks'] as const
    if (replaces === undefined) steps.add(stage, { kind: 'openDisk', disk, plan })
    else steps.add(stage, { kind: 'replaceDisk', disk, replaces, plan })
  }
  for (const plan of closed.filter(each => partnerOf(each) === undefined))
    steps.add(rivals.has(plan) ? 'freeDisks' : 'closeDisks', { kind: 'closeDisk', disk: plan.key })
  return new Set(closed.filter(plan => rivals.has(plan)).map(({ key }) => key))
}

/** Which disks cannot be open at the same time: for each that comes those that go, and for each that goes those that come. */
function rivalsOf(
  opened: readonly StoragePlan[],
  closed: readonly StoragePlan[],
): ReadonlyMap<StoragePlan, ReadonlySet<StoragePlan>> {
  const owners = new Map(closed.flatMap(plan => allClaimsOf(plan).map(claim => [claim, plan] as const)))
  const rivals = new Map<StoragePlan, Set<StoragePlan>>()
  for (const plan of opened)
    for (const claim of allClaimsOf(plan)) {
      const owner = owners.get(claim)
      if (owner === undefined) continue
      rivals.set(plan, (rivals.get(plan) ?? new Set()).add(owner))
      rivals.set(owner, (rivals.get(owner) ?? new Set()).add(plan))
    }
  return rivals
}

/** What only one open disk can have. */
function allClaimsOf({ key, file, unit: { serial } }: StoragePlan): readonly string[] {
  return [`key ${key}`, ...claimsOf({ file, serial })]
}
