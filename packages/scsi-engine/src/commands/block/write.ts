import { type FieldPointer, pointerTo, Write6, Write10, Write12, Write16 } from '@lunkit/scsi'
import { Operation } from '../../statistics/operation.ts'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { hasBlocks } from '../data-presence.ts'
import type { BlockRange, Execution } from '../execution.ts'
import { itsRange, onMedium, withinLimit } from './medium-range.ts'

const LENGTH_6 = pointerTo(Write6, 'blocks')
const LENGTH_10 = pointerTo(Write10, 'blocks')
const LENGTH_12 = pointerTo(Write12, 'blocks')
const LENGTH_16 = pointerTo(Write16, 'blocks')

interface WriteFields extends BlockRange {
  readonly fua?: boolean
}

/** Writes whole blocks; a length of 0 writes none and is no error. `length` points to the TRANSFER LENGTH field. */
function write(execution: Execution, { lba, blocks, fua = false }: WriteFields, length: FieldPointer): void {
  const { unit } = execution
  if (!onMedium(execution, lba, blocks)) return
  if (!withinLimit(execution, blocks, { limit: unit.attributes.hwMaxSectors, pointer: length })) return
  const { blockSizeBytes } = unit
  if (blocks === 0) execution.good()
  else execution.writeMedium(lba * blockSizeBytes, blocks * blockSizeBytes, fua || unit.writesThrough)
}

/** What WRITE (6) to WRITE (16) have in common, with WRITE AND VERIFY too. */
export const WRITE_ROW = {
  operation: Operation.write,
  data: 'out',
  hasData: hasBlocks,
  access: Access.write,
  order: Order.write,
  range: itsRange,
} as const

/** WRITE (6), (10), (12) and (16). */
export const writeRows: readonly AnyCommand[] = [
  command({ ...WRITE_ROW, cdb: Write6, run: (execution, cdb) => write(execution, cdb, LENGTH_6) }),
  command({ ...WRITE_ROW, cdb: Write10, run: (execution, cdb) => write(execution, cdb, LENGTH_10) }),
  command({ ...WRITE_ROW, cdb: Write12, run: (execution, cdb) => write(execution, cdb, LENGTH_12) }),
  command({ ...WRITE_ROW, cdb: Write16, run: (execution, cdb) => write(execution, cdb, LENGTH_16) }),
]
