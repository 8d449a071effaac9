import { type FieldPointer, pointerTo, Read6, Read10, Read12, Read16 } from '@lunkit/scsi'
import { Operation } from '../../statistics/operation.ts'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { hasBlocks } from '../data-presence.ts'
import type { BlockRange, Execution } from '../execution.ts'
import { itsRange, onMedium, withinLimit } from './medium-range.ts'

const LENGTH_6 = pointerTo(Read6, 'blocks')
const LENGTH_10 = pointerTo(Read10, 'blocks')
const LENGTH_12 = pointerTo(Read12, 'blocks')
const LENGTH_16 = pointerTo(Read16, 'blocks')

interface ReadFields extends BlockRange {
  readonly fua?: boolean
}

/** Reads whole blocks; a length of 0 reads none and is no error. `length` points to the TRANSFER LENGTH field. */
function read(execution: Execution, { lba, blocks, fua = false }: ReadFields, length: FieldPointer): void {
  const { unit } = execution
  if (!onMedium(execution, lba, blocks)) return
  if (!withinLimit(execution, blocks, { limit: unit.attributes.hwMaxSectors, pointer: length })) return
  const { blockSizeBytes } = unit
  if (blocks === 0) execution.good()
  else execution.readMedium(lba * blockSizeBytes, blocks * blockSizeBytes, fua)
}

/** What READ (6) to READ (16) have in common. */
const row = {
  operation: Operation.read,
  data: 'in',
  hasData: hasBlocks,
  runsContrary: true,
  access: Access.read,
  order: Order.read,
  range: itsRange,
} as const

/** READ (6), (10), (12) and (16). */
export const readRows: readonly AnyCommand[] = [
  command({ ...row, cdb: Read6, run: (execution, cdb) => read(execution, cdb, LENGTH_6) }),
  command({ ...row, cdb: Read10, run: (execution, cdb) => read(execution, cdb, LENGTH_10) }),
  command({ ...row, cdb: Read12, run: (execution, cdb) => read(execution, cdb, LENGTH_12) }),
  command({ ...row, cdb: Read16, run: (execution, cdb) => read(execution, cdb, LENGTH_16) }),
]
