import type { StoreRequest } from '@lunkit/backstores/store'
import { type FieldPointer, Sense } from '@lunkit/scsi'
import { PIECE_BYTES } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import type { Execution } from '../execution.ts'

/** What to do with a range of the medium, through a slot or without one. */
export interface MediumWork {
  readonly operation: StoreRequest['operation']
  readonly offset: number
  readonly lengthBytes: number
  readonly slot?: Slot
  readonly slotOffset?: number
  readonly fua?: boolean
}

/** Does it; false when it failed, and then the command has been ended with the reason. */
export async function work(execution: Execution, wanted: MediumWork): Promise<boolean> {
  let request: StoreRequest | undefined
  const fault = await execution.operate(made => {
    request = Object.assign(made, wanted)
  })
  if (fault === undefined || !request) return true
  execution.failStore(request)
  return false
}

/**
 * Announces a command's data-out; returns how much of it will come. When the initiator has less, the command goes on
 * with that (RFC 7143 11.4.5), but not with a part of a block: undefined is returned then, and the command has ended.
 */
export function announce(execution: Execution, lengthBytes: number): number | undefined {
  const { task, unit } = execution
  task.dataLength(lengthBytes)
  const expectedBytes = Math.min(lengthBytes, task.writeBytes)
  if (expectedBytes % unit.blockSizeBytes === 0) {
    execution.concerns(expectedBytes)
    return expectedBytes
  }
  execution.fail(Sense.invalidFieldInCommandInformationUnitRefused)
  return undefined
}

/**
 * Whether the initiator has exactly the data-out that the CDB asks for, in the field of `pointer` if it says so itself: for
 * commands that mean nothing with less or more. If not, the command has been ended; as in LIO it is the CDB that is wrong.
 */
export function hasExactly(execution: Execution, lengthBytes: number, pointer?: FieldPointer): boolean {
  const { task } = execution
  if (task.writeBytes === lengthBytes) return true
  task.dataLength(lengthBytes)
  execution.fail(Sense.invalidFieldInCdb, pointer && { pointer })
  return false
}

/** Pieces that a command does in one turn of the event loop, where the store does them in place. */
const PIECES_A_TURN = 16

/** Lets everything else have its turn after every so many pieces; `at` is how far a command has come. */
export async function giveWay(at: number): Promise<void> {
  if (at > 0 && at % (PIECES_A_TURN * PIECE_BYTES) === 0) await new Promise(resolve => setImmediate(resolve))
}

/** The length of the piece that starts at `at` of `lengthBytes`. */
export const pieceAt = (at: number, lengthBytes: number): number => Math.min(PIECE_BYTES, lengthBytes - at)

/** The first byte in which both differ; undefined when the shorter one is the start of the other. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const length = Math.min(a.length, b.length)
  if (Buffer.compare(a.subarray(0, length), b.subarray(0, length)) === 0) return undefined
  let at = 0
  while (a[at] === b[at]) at++
  return at
}
