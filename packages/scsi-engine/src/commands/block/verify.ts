import { ByteCheck, type FieldPointer, pointerTo, Sense, Verify10, Verify12, Verify16 } from '@lunkit/scsi'
import { Operation } from '../../statistics/operation.ts'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import type { BlockRange, Execution } from '../execution.ts'
import { firstDifference, hasExactly } from './medium-pieces.ts'
import { itsRange, onMedium, withinLimit } from './medium-range.ts'
import { compare, overDataOut, overMemory, readBack } from './piece-loop.ts'

// Every form has it in the same place.
const BYTE_CHECK = pointerTo(Verify10, 'byteCheck')

const LENGTH_10 = pointerTo(Verify10, 'blocks')
const LENGTH_12 = pointerTo(Verify12, 'blocks')
const LENGTH_16 = pointerTo(Verify16, 'blocks')

interface VerifyFields extends BlockRange {
  readonly byteCheck: ByteCheck
}

/** The range to verify, in bytes. */
interface Range {
  readonly offset: number
  readonly lengthBytes: number
}

/**
 * VERIFY (SBC-4): reads the blocks back from the medium, and with BYTCHK compares them with data-out: block by
 * block, or all with one. Dirty data of the blocks is on stable storage before. `length` points to how many they are.
 */
async function verify(
  execution: Execution,
  { lba, blocks, byteCheck }: VerifyFields,
  length: FieldPointer,
): Promise<void> {
  const { unit } = execution
  if (byteCheck === ByteCheck.reserved) {
    execution.fail(Sense.invalidFieldInCdb, { pointer: BYTE_CHECK })
    return
  }
  if (!onMedium(execution, lba, blocks)) return
  if (!withinLimit(execution, blocks, { limit: unit.attributes.hwMaxSectors, pointer: length })) return
  const range = { offset: lba * unit.blockSizeBytes, lengthBytes: blocks * unit.blockSizeBytes }
  if (blocks === 0) execution.good()
  else if (byteCheck === ByteCheck.none) await readThrough(execution, range)
  else if (byteCheck === ByteCheck.blocks) await compareAll(execution, range)
  else await compareWithOne(execution, range)
}

/** BYTCHK 00b: the blocks can be read. */
const readThrough = (execution: Execution, { offset, lengthBytes }: Range): Promise<void> =>
  overMemory(execution, lengthBytes, (piece, at) => readBack(execution, piece, offset + at))

/** BYTCHK 01b: each block with its own. */
const compareAll = (execution: Execution, { offset, lengthBytes }: Range): Promise<void> =>
  overDataOut(execution, lengthBytes, (piece, at) => compare(execution, piece, { offset: offset + at, at }))

/** BYTCHK 11b: every block with the one that came. */
async function compareWithOne(execution: Execution, { offset, lengthBytes }: Range): Promise<void> {
  const { blockSizeBytes } = execution.unit
  if (!hasExactly(execution, blockSizeBytes)) return
  const list = await execution.parameters(blockSizeBytes)
  if (!list) return
  const block = Buffer.from(list.bytes)
  list.release()
  await overMemory(execution, lengthBytes, async (piece, at) => {
    if (!(await readBack(execution, piece, offset + at))) return false
    const differs = firstUnequalBlock(piece.slot.bytes.subarray(0, piece.lengthBytes), block)
    if (differs === undefined) return true
    execution.fail(Sense.miscompareDuringVerifyOperation, { information: at + differs })
    return false
  })
}

/** The first byte of `medium` in which one of its blocks differs from `block`. */
function firstUnequalBlock(medium: Uint8Array, block: Uint8Array): number | undefined {
  for (let at = 0; at < medium.length; at += block.length) {
    const differs = firstDifference(block, medium.subarray(at, at + block.length))
    if (differs !== undefined) return at + differs
  }
  return undefined
}

/** Without BYTCHK there is nothing to compare with. */
const compares = ({ blocks, byteCheck }: VerifyFields): boolean => blocks > 0 && byteCheck !== ByteCheck.none

const row = {
  operation: Operation.verify,
  data: 'out',
  hasData: compares,
  access: Access.read,
  order: Order.read,
  range: itsRange,
} as const

/** VERIFY (10), (12) and (16). */
export const verifyRows: readonly AnyCommand[] = [
  command({ ...row, cdb: Verify10, run: (execution, cdb) => verify(execution, cdb, LENGTH_10) }),
  command({ ...row, cdb: Verify12, run: (execution, cdb) => verify(execution, cdb, LENGTH_12) }),
  command({ ...row, cdb: Verify16, run: (execution, cdb) => verify(execution, cdb, LENGTH_16) }),
]
