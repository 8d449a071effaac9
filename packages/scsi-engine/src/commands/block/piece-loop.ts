import { Sense } from '@lunkit/scsi'
import type { Piece } from '@lunkit/scsi/transport'
import type { Execution } from '../execution.ts'
import { announce, firstDifference, giveWay, pieceAt, work } from './medium-pieces.ts'

/** How a command goes over a range, piece by piece. `at` is how far it has come, in bytes. */
export interface PieceSteps {
  /** The slot of the next piece; undefined when the task was terminated. */
  readonly take: (at: number) => Promise<Piece | undefined>
  /** What is to be done with it; false when that has ended the command. */
  readonly use: (piece: Piece, at: number) => Promise<boolean>
}

/** Goes over `lengthBytes`, and ends with GOOD. */
async function overPieces(execution: Execution, lengthBytes: number, { take, use }: PieceSteps): Promise<void> {
  for (let at = 0; at < lengthBytes && !execution.terminated; ) {
    const piece = await take(at)
    if (!piece) return
    const fine = await use(piece, at)
    piece.slot.release()
    if (!fine) return
    at += piece.lengthBytes
  }
  execution.good()
}

/** Goes over data-out of `lengthBytes`, or of as much as the initiator has in whole blocks. */
export async function overDataOut(execution: Execution, lengthBytes: number, use: PieceSteps['use']): Promise<void> {
  const expectedBytes = announce(execution, lengthBytes)
  if (expectedBytes === undefined) return
  if (expectedBytes > 0) execution.task.expectData(expectedBytes)
  await overPieces(execution, expectedBytes, { take: () => execution.piece(), use })
}

/** Goes over `lengthBytes` with memory of this process, letting everything else have its turn in between. */
export async function overMemory(execution: Execution, lengthBytes: number, use: PieceSteps['use']): Promise<void> {
  const take = async (at: number): Promise<Piece | undefined> => {
    await giveWay(at)
    const pieceBytes = pieceAt(at, lengthBytes)
    const slot = await execution.memory(pieceBytes)
    return slot && { slot, lengthBytes: pieceBytes }
  }
  await overPieces(execution, lengthBytes, { take, use })
}

/** A piece's place on the medium, in bytes, and in what the command goes over. */
export interface PiecePlace {
  readonly offset: number
  readonly at: number
}

/** Reads a piece of the medium into the slot; false when that has ended the command. */
export const readBack = (execution: Execution, { slot, lengthBytes }: Piece, offset: number): Promise<boolean> =>
  work(execution, { operation: 'read', offset, lengthBytes, slot, fua: true })

/** Reads a piece of the medium back and compares it with what came; false when the command has ended, for a difference too. */
export async function compare(execution: Execution, piece: Piece, { offset, at }: PiecePlace): Promise<boolean> {
  const { slot, lengthBytes } = piece
  // The medium is read over what came: a task that has a slot never waits for another one.
  const sent = Buffer.from(slot.bytes.subarray(0, lengthBytes))
  if (!(await readBack(execution, piece, offset))) return false
  const differs = firstDifference(sent, slot.bytes)
  if (differs === undefined) return true
  execution.fail(Sense.miscompareDuringVerifyOperation, { information: at + differs })
  return false
}
