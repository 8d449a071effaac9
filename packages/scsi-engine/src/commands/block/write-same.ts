import { type FieldPointer, pointerTo, Sense, WriteSame10, WriteSame16 } from '@lunkit/scsi'
import { PIECE_BYTES } from '@lunkit/scsi/transport'
import { Operation } from '../../statistics/operation.ts'
import { Order } from '../../task/ordering.ts'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import type { BlockRange, Execution } from '../execution.ts'
import { firstDifference, giveWay, hasExactly, pieceAt, work } from './medium-pieces.ts'
import { onMedium, withinLimit } from './medium-range.ts'

// Both forms have it in the same place.
const UNMAP = pointerTo(WriteSame10, 'unmap')

const LENGTH_10 = pointerTo(WriteSame10, 'blocks')
const LENGTH_16 = pointerTo(WriteSame16, 'blocks')

interface WriteSameFields extends BlockRange {
  readonly unmap: boolean
  readonly noDataOut?: boolean
}

/** The range to fill, in bytes. */
interface Range {
  readonly offset: number
  readonly lengthBytes: number
}

/** A length of 0 means all blocks from `lba` on (WSNZ is 0 in the Block Limits VPD page). */
const wholeRange = ({ lba, blocks }: BlockRange, unit: LogicalUnit): BlockRange => ({
  lba,
  blocks: blocks || Math.max(0, unit.blocks - lba),
})

/**
 * WRITE SAME (SBC-4): one block of data-out, or with NDOB one of zeroes, on every block of the range. With UNMAP
 * blocks of zeroes may give their space back; they read as zeroes whatever becomes of their space.
 */
async function writeSame(execution: Execution, cdb: WriteSameFields, length: FieldPointer): Promise<void> {
  const { unit } = execution
  const { lba, blocks } = wholeRange(cdb, unit)
  if (!supported(execution, cdb) || !onMedium(execution, lba, Math.max(1, blocks))) return
  if (!withinLimit(execution, blocks, { limit: unit.attributes.maxWriteSameLen, pointer: length })) return
  const { blockSizeBytes } = unit
  const range = { offset: lba * blockSizeBytes, lengthBytes: blocks * blockSizeBytes }
  if (cdb.noDataOut) {
    await fillWithZeroes(execution, range, cdb.unmap)
    return
  }
  if (!hasExactly(execution, blockSizeBytes)) return
  const list = await execution.parameters(blockSizeBytes)
  if (!list) return
  const block = Buffer.from(list.bytes)
  list.release()
  const zeroes = firstDifference(block, Buffer.alloc(blockSizeBytes)) === undefined
  if (zeroes) await fillWithZeroes(execution, range, cdb.unmap)
  else await fill(execution, range, block)
}

/** UNMAP is supported only where LBPWS says so; ANCHOR, with ANC_SUP 0, is no bit that a CDB may have. */
function supported(execution: Execution, { unmap }: WriteSameFields): boolean {
  if (!unmap || execution.unit.canUnmapByWriteSame) return true
  execution.fail(Sense.invalidFieldInCdb, { pointer: UNMAP })
  return false
}

async function fillWithZeroes(execution: Execution, range: Range, unmap: boolean): Promise<void> {
  const { unit } = execution
  // Space is given back only where that makes the blocks read as zeroes, as what was asked for is zeroes.
  const operation = unmap && unit.store.features.discardsToZeroes ? 'discard' : 'zero'
  if (await work(execution, { operation, ...range, fua: unit.writesThrough })) execution.good()
}

async function fill(execution: Execution, { offset, lengthBytes }: Range, block: Buffer): Promise<void> {
  const slot = await execution.memory(Math.min(PIECE_BYTES, lengthBytes))
  if (!slot) return
  slot.bytes.fill(block)
  let written = true
  for (let at = 0; at < lengthBytes && written && !execution.terminated; ) {
    await giveWay(at)
    const pieceBytes = pieceAt(at, lengthBytes)
    const piece = { offset: offset + at, lengthBytes: pieceBytes, slot, fua: execution.unit.writesThrough }
    written = await work(execution, { operation: 'write', ...piece })
    at += pieceBytes
  }
  slot.release()
  if (written) execution.good()
}

/** NDOB says that there is no block of data-out; a length of 0 does not. */
const hasBlock = ({ noDataOut = false }: WriteSameFields): boolean => !noDataOut

const row = {
  operation: Operation.writeSame,
  data: 'out',
  hasData: hasBlock,
  access: Access.write,
  order: Order.exclusive,
  range: wholeRange,
} as const

/** WRITE SAME (10) and (16). */
export const writeSameRows: readonly AnyCommand[] = [
  command({ ...row, cdb: WriteSame10, run: (execution, cdb) => writeSame(execution, cdb, LENGTH_10) }),
  command({ ...row, cdb: WriteSame16, run: (execution, cdb) => writeSame(execution, cdb, LENGTH_16) }),
]
