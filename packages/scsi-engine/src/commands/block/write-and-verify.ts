import { ByteCheck, Sense, WriteAndVerify10, WriteAndVerify12, WriteAndVerify16 } from '@lunkit/scsi'
import type { Piece } from '@lunkit/scsi/transport'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { hasBlocks } from '../data-presence.ts'
import type { BlockRange, Execution } from '../execution.ts'
import { announce, firstDifference, work } from './medium-pieces.ts'
import { itsRange, onMedium, withinLimit } from './medium-range.ts'

const BYTE_CHECK = { in: 'cdb', byte: 1, bit: 2 } as const

interface WriteAndVerifyFields extends BlockRange {
  readonly byteCheck: ByteCheck
}

/**
 * WRITE AND VERIFY (SBC-4): writes the blocks to stable storage, reads them back, and with BYTCHK 01b compares
 * them with what was sent. `byte` is where the length lies.
 */
async function writeAndVerify(execution: Execution, cdb: WriteAndVerifyFields, byte: number): Promise<void> {
  const { unit } = execution
  const { lba, blocks, byteCheck } = cdb
  if (byteCheck !== ByteCheck.none && byteCheck !== ByteCheck.blocks) {
    execution.fail(Sense.invalidFieldInCdb, { pointer: BYTE_CHECK })
    return
  }
  if (!onMedium(execution, lba, blocks)) return
  if (!withinLimit(execution, blocks, { limit: unit.attributes.hwMaxSectors, byte })) return
  if (blocks === 0) {
    execution.good()
    return
  }
  const { blockSizeBytes } = unit
  const expectedBytes = announce(execution, blocks * blockSizeBytes)
  if (expectedBytes === undefined) return
  if (expectedBytes > 0) execution.task.expectData(expectedBytes)
  for (let at = 0; at < expectedBytes; ) {
    const piece = await execution.piece()
    if (!piece) return
    const wanted = { offset: lba * blockSizeBytes + at, at, compares: byteCheck === ByteCheck.blocks }
    const fine = await writeAndReadBack(execution, piece, wanted)
    piece.slot.release()
    if (!fine) return
    at += piece.lengthBytes
  }
  execution.good()
}

interface Place {
  /** On the medium, and in the data-out. */
  readonly offset: number
  readonly at: number
  readonly compares: boolean
}

/** False: the command has been ended. */
async function writeAndReadBack(execution: Execution, piece: Piece, { offset, at, compares }: Place): Promise<boolean> {
  const { slot, lengthBytes } = piece
  // The medium is read over what came: a task that has a slot never waits for another one.
  const sent = compares ? Buffer.from(slot.bytes.subarray(0, lengthBytes)) : undefined
  if (!(await work(execution, { operation: 'write', offset, lengthBytes, slot, fua: true }))) return false
  if (!(await work(execution, { operation: 'read', offset, lengthBytes, slot, fua: true }))) return false
  const differs = sent ? firstDifference(sent, slot.bytes) : undefined
  if (differs === undefined) return true
  execution.fail(Sense.miscompareDuringVerifyOperation, { information: at + differs })
  return false
}

const row = { data: 'out', hasData: hasBlocks, access: Access.write, order: Order.write, range: itsRange } as const

/** WRITE AND VERIFY (10), (12) and (16). */
export const writeAndVerifyRows: readonly AnyCommand[] = [
  command({ ...row, cdb: WriteAndVerify10, run: (execution, cdb) => writeAndVerify(execution, cdb, 7) }),
  command({ ...row, cdb: WriteAndVerify12, run: (execution, cdb) => writeAndVerify(execution, cdb, 6) }),
  command({ ...row, cdb: WriteAndVerify16, run: (execution, cdb) => writeAndVerify(execution, cdb, 10) }),
]
