import { ByteCheck, Sense, Verify10, Verify12, Verify16 } from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import type { BlockRange, Execution } from '../execution.ts'
import { announce, firstDifference, giveWay, hasExactly, pieceAt, work } from './medium-pieces.ts'
import { itsRange, onMedium, withinLimit } from './medium-range.ts'

const BYTE_CHECK = { in: 'cdb', byte: 1, bit: 2 } as const

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
 * block, or all with one. Dirty data of the blocks is on stable storage before. `byte` is where the length lies.
 */
async function verify(execution: Execution, { lba, blocks, byteCheck }: VerifyFields, byte: number): Promise<void> {
  const { unit } = execution
  if (byteCheck === ByteCheck.reserved) {
    execution.fail(Sense.invalidFieldInCdb, { pointer: BYTE_CHECK })
    return
  }
  if (!onMedium(execution, lba, blocks)) return
  if (!withinLimit(execution, blocks, { limit: unit.attributes.hwMaxSectors, byte })) return
  const range = { offset: lba * unit.blockSizeBytes, lengthBytes: blocks * unit.blockSizeBytes }
  if (blocks === 0) execution.good()
  else if (byteCheck === ByteCheck.none) await readThrough(execution, range)
  else if (byteCheck === ByteCheck.blocks) await compareAll(execution, range)
  else await compareWithOne(execution, range)
}

/** Reads the range, piece by piece, and hands each to `check`, which returns false when it has ended the command. */
async function readThrough(
  execution: Execution,
  { offset, lengthBytes }: Range,
  check: (medium: Uint8Array, at: number) => boolean = () => true,
): Promise<void> {
  for (let at = 0; at < lengthBytes && !execution.terminated; ) {
    await giveWay(at)
    const pieceBytes = pieceAt(at, lengthBytes)
    const slot = await execution.memory(pieceBytes)
    if (!slot) return
    const read = await work(execution, {
      operation: 'read',
      offset: offset + at,
      lengthBytes: pieceBytes,
      slot,
      fua: true,
    })
    const fine = read && check(slot.bytes.subarray(0, pieceBytes), at)
    slot.release()
    if (!fine) return
    at += pieceBytes
  }
  execution.good()
}

/** BYTCHK 01b: each block with its own. */
async function compareAll(execution: Execution, { offset, lengthBytes }: Range): Promise<void> {
  const expectedBytes = announce(execution, lengthBytes)
  if (expectedBytes === undefined) return
  if (expectedBytes > 0) execution.task.expectData(expectedBytes)
  for (let at = 0; at < expectedBytes; ) {
    const piece = await execution.piece()
    if (!piece) return
    const { slot } = piece
    // The medium is read over what came: a task that has a slot never waits for another one.
    const sent = Buffer.from(slot.bytes.subarray(0, piece.lengthBytes))
    const read = await work(execution, {
      operation: 'read',
      offset: offset + at,
      lengthBytes: sent.length,
      slot,
      fua: true,
    })
    const differs = read ? firstDifference(sent, slot.bytes) : undefined
    slot.release()
    if (!read) return
    if (differs !== undefined) {
      execution.fail(Sense.miscompareDuringVerifyOperation, { information: at + differs })
      return
    }
    at += sent.length
  }
  execution.good()
}

/** BYTCHK 11b: every block with the one that came. */
async function compareWithOne(execution: Execution, range: Range): Promise<void> {
  const { blockSizeBytes } = execution.unit
  if (!hasExactly(execution, blockSizeBytes)) return
  const list = await execution.parameters(blockSizeBytes)
  if (!list) return
  const block = Buffer.from(list.bytes)
  list.release()
  await readThrough(execution, range, (medium, at) => {
    for (let block_ = 0; block_ < medium.length; block_ += blockSizeBytes) {
      const differs = firstDifference(block, medium.subarray(block_, block_ + blockSizeBytes))
      if (differs === undefined) continue
      execution.fail(Sense.miscompareDuringVerifyOperation, { information: at + block_ + differs })
      return false
    }
    return true
  })
}

/** Without BYTCHK there is nothing to compare with. */
const compares = ({ blocks, byteCheck }: VerifyFields): boolean => blocks > 0 && byteCheck !== ByteCheck.none

const row = { data: 'out', hasData: compares, access: Access.read, order: Order.read, range: itsRange } as const

/** VERIFY (10), (12) and (16). */
export const verifyRows: readonly AnyCommand[] = [
  command({ ...row, cdb: Verify10, run: (execution, cdb) => verify(execution, cdb, 7) }),
  command({ ...row, cdb: Verify12, run: (execution, cdb) => verify(execution, cdb, 6) }),
  command({ ...row, cdb: Verify16, run: (execution, cdb) => verify(execution, cdb, 10) }),
]
