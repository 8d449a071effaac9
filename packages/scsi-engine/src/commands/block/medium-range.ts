import { type FieldPointer, Sense } from '@lunkit/scsi'
import type { BlockRange, Execution } from '../execution.ts'

/** Whether the blocks are all on the medium as it is now; if not, the command has been ended with 21/00. */
export function onMedium(execution: Execution, lba: number, blocks: number): boolean {
  if (lba + blocks <= execution.unit.blocks) return true
  execution.fail(Sense.logicalBlockAddressOutOfRange)
  return false
}

/** Whether the command asks for no more blocks than the Block Limits VPD page lets it; if not, it has been ended. `pointer` is to the number of blocks. */
export function withinLimit(
  execution: Execution,
  blocks: number,
  { limit, pointer }: { limit: number; pointer: FieldPointer },
): boolean {
  if (limit === 0 || blocks <= limit) return true
  execution.fail(Sense.invalidFieldInCdb, { pointer })
  return false
}

/** The range of a CDB that names it by `lba` and `blocks`. */
export const itsRange = (cdb: BlockRange): BlockRange => cdb
