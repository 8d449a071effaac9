import { comparedName } from '@lunkit/target'
import type { LunEntry, SeenLuns } from './lun-entry.ts'
import type { LunTable } from './lun-table.ts'
import type { StepOf } from './step.ts'
import type { StepPlace } from './step-place.ts'
import type { Transaction } from './transaction.ts'
import type { TreeParts } from './tree-parts.ts'

/** Puts a disk under a number of a table, in place of the one that was there. */
export function mapLun(parts: TreeParts, step: StepOf<'mapLun'>, { transaction }: StepPlace): void {
  const { lun, disk, writeProtected = false } = step
  const table = tableOf(parts, step)
  setLun(table, { lun, entry: { table, lun, node: parts.disk(disk), writeProtected } }, transaction)
}

/** Takes what is under a number of a table away. */
export function unmapLun(parts: TreeParts, step: StepOf<'unmapLun'>, { transaction }: StepPlace): void {
  const { lun, initiator, rule = initiator } = step
  const table = tableOf(parts, step)
  const whose = rule === undefined ? '' : ` for ${rule}`
  if (!table.entries.has(lun)) throw new RangeError(`${parts.group(step).title} has no LUN ${lun}${whose}`)
  setLun(table, { lun, entry: undefined }, transaction)
}

function tableOf(parts: TreeParts, step: StepOf<'mapLun' | 'unmapLun'>): LunTable {
  if (step.rule !== undefined) return parts.group(step).ruleTable(step.rule)
  return parts.group(step).table(step.initiator === undefined ? undefined : comparedName(step.initiator))
}

/** Sets what is under a number of a table. */
export function setLun(
  table: SeenLuns,
  { lun, entry }: { readonly lun: number; readonly entry: LunEntry | undefined },
  transaction: Transaction,
): void {
  const before = table.set(lun, entry)
  transaction.undo(() => void table.set(lun, before))
  transaction.touch(table, lun)
}
