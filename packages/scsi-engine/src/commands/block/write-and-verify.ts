import {
  ByteCheck,
  type FieldPointer,
  pointerTo,
  Sense,
  WriteAndVerify10,
  WriteAndVerify12,
  WriteAndVerify16,
} from '@lunkit/scsi'
import type { Piece } from '@lunkit/scsi/transport'
import { command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import type { BlockRange, Execution } from '../execution.ts'
import { work } from './medium-pieces.ts'
import { onMedium, withinLimit } from './medium-range.ts'
import { compare, overDataOut, readBack } from './piece-loop.ts'
import { WRITE_ROW } from './write.ts'

// Every form has it in the same place.
const BYTE_CHECK = pointerTo(WriteAndVerify10, 'byteCheck')

const LENGTH_10 = pointerTo(WriteAndVerify10, 'blocks')
const LENGTH_12 = pointerTo(WriteAndVerify12, 'blocks')
const LENGTH_16 = pointerTo(WriteAndVerify16, 'blocks')

interface WriteAndVerifyFields extends BlockRange {
  readonly byteCheck: ByteCheck
}

/**
 * WRITE AND VERIFY (SBC-4): writes the blocks to stable storage, reads them back, and with BYTCHK 01b compares
 * them with what was sent. `length` points to how many they are.
 */
async function writeAndVerify(execution: Execution, cdb: WriteAndVerifyFields, length: FieldPointer): Promise<void> {
  const { unit } = execution
  const { lba, blocks, byteCheck } = cdb
  if (byteCheck !== ByteCheck.none && byteCheck !== ByteCheck.blocks) {
    execution.fail(Sense.invalidFieldInCdb, { pointer: BYTE_CHECK })
    return
  }
  if (!onMedium(execution, lba, blocks)) return
  if (!withinLimit(execution, blocks, { limit: unit.attributes.hwMaxSectors, pointer: length })) return
  if (blocks === 0) {
    execution.good()
    return
  }
  const offset = lba * unit.blockSizeBytes
  await overDataOut(execution, blocks * unit.blockSizeBytes, async (piece, at) => {
    const place = { offset: offset + at, at }
    if (!(await writeThrough(execution, piece, place.offset))) return false
    if (byteCheck === ByteCheck.none) return readBack(execution, piece, place.offset)
    return compare(execution, piece, place)
  })
}

/** Writes a piece to stable storage; false when that has ended the command. */
const writeThrough = (execution: Execution, { slot, lengthBytes }: Piece, offset: number): Promise<boolean> =>
  work(execution, { operation: 'write', offset, lengthBytes, slot, fua: true })

/** WRITE AND VERIFY (10), (12) and (16). */
export const writeAndVerifyRows: readonly AnyCommand[] = [
  command({ ...WRITE_ROW, cdb: WriteAndVerify10, run: (execution, cdb) => writeAndVerify(execution, cdb, LENGTH_10) }),
  command({ ...WRITE_ROW, cdb: WriteAndVerify12, run: (execution, cdb) => writeAndVerify(execution, cdb, LENGTH_12) }),
  command({ ...WRITE_ROW, cdb: WriteAndVerify16, run: (execution, cdb) => writeAndVerify(execution, cdb, LENGTH_16) }),
]
