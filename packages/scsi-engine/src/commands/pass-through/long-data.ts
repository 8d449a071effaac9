import type { DeviceAnswer } from '@lunkit/backstores/store'
import { PIECE_BYTES } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import type { Execution } from '../execution.ts'
import { ReceivedData } from './received-data.ts'
import type { TransferPiece } from './transfer-pieces.ts'

/**
 * Hands a command over that reads more than a slot holds: its data goes into memory of the device, of which the transport gets it piece by
 * piece. Undefined when the task was terminated before.
 */
export async function readLong(
  execution: Execution,
  { cdb, lengthBytes }: TransferPiece,
): Promise<{ readonly slot: Slot; readonly answer: DeviceAnswer } | undefined> {
  const slot = await execution.longMemory(lengthBytes)
  if (!slot) return undefined
  // What a device leaves of it, and says nothing of, must not be somebody else's.
  slot.bytes.fill(0)
  return { slot, answer: await execution.execute({ cdb, direction: 'in', slot, lengthBytes }) }
}

/** Sends the first bytes of such memory as data-in, as the transport has room for them. Its reference goes with them. */
export async function sendLong(execution: Execution, slot: Slot, lengthBytes: number): Promise<void> {
  for (let at = 0; at < lengthBytes; at += PIECE_BYTES) {
    const pieceBytes = Math.min(PIECE_BYTES, lengthBytes - at)
    const hasRoom = await execution.room(pieceBytes)
    if (!hasRoom) break
    execution.task.send(slot.bytes.subarray(at, at + pieceBytes), slot.retain())
  }
  slot.release()
}

/**
 * Hands a command over that writes more than a slot holds. The memory is waited for before any data is: who has it waits for nobody but
 * its initiator. Undefined when the task was terminated before.
 */
export async function writeLong(
  execution: Execution,
  { cdb, lengthBytes }: TransferPiece,
): Promise<DeviceAnswer | undefined> {
  const slot = await execution.longMemory(lengthBytes)
  if (!slot) return undefined
  const isWhole = await gather(execution, slot, lengthBytes)
  const answer = isWhole ? await execution.execute({ cdb, direction: 'out', slot, lengthBytes }) : undefined
  slot.release()
  return answer
}

/** Puts the pieces of data-out one behind the other; false when the task was terminated. */
async function gather(execution: Execution, slot: Slot, lengthBytes: number): Promise<boolean> {
  execution.task.expectData(lengthBytes)
  const data = new ReceivedData(execution)
  for (let at = 0; at < lengthBytes; at += PIECE_BYTES) {
    const place = await data.next()
    if (!place) return false
    const pieceBytes = Math.min(PIECE_BYTES, lengthBytes - at)
    place.slot.bytes.copy(slot.bytes, at, 0, pieceBytes)
    data.used(pieceBytes)
  }
  return true
}
