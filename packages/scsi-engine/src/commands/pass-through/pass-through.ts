import type { DeviceAnswer, ScsiDevice } from '@lunkit/backstores/store'
import { Sense, type SenseCode } from '@lunkit/scsi'
import { PIECE_BYTES, Status } from '@lunkit/scsi/transport'
import type { Execution } from '../execution.ts'
import { cdbBytesOf } from './any-cdb.ts'
import { changesMedium } from './changing.ts'
import { endWith } from './device-ends.ts'
import { readLong, sendLong, writeLong } from './long-data.ts'
import { ReceivedData } from './received-data.ts'
import { type TransferPiece, transferPieces } from './transfer-pieces.ts'

/** Changes data of the device before an initiator has it. */
export type DataEdit = (data: Uint8Array, execution: Execution) => void

const PERSISTENT_RESERVE_IN = 0x5e
const PERSISTENT_RESERVE_OUT = 0x5f
/** SAM-5 5.2: NACA, in the CONTROL byte, which is a CDB's last. */
const NACA = 0x04
const VARIABLE_LENGTH = 0x7f
const VARIABLE_CONTROL_AT = 1
const LAST = -1

/** Hands a command to the device of the unit, with its data, and ends it as the device does. */
export async function passThrough(execution: Execution, edit?: DataEdit): Promise<void> {
  const { task } = execution
  const device = deviceOf(execution)
  const cdb = task.cdb.slice(0, cdbBytesOf(task.cdb))
  const refused = refusal(execution, device, cdb)
  if (refused) return execution.fail(refused)
  const lengthBytes = task.readBytes + task.writeBytes
  const pieces = transferPieces(device, { cdb, lengthBytes })
  if (!pieces) return execution.fail(Sense.invalidFieldInCdb)
  execution.concerns(lengthBytes)
  task.dataLength(lengthBytes)
  const [first] = pieces
  if (task.readBytes > 0)
    return first && isLong(first) ? readWhole(execution, first, edit) : read(execution, pieces, edit)
  if (task.writeBytes === 0) return dataless(execution, cdb)
  return first && isLong(first) ? writeWhole(execution, first) : write(execution, pieces)
}

/** The device that the unit passes through. */
export function deviceOf({ unit }: Execution): ScsiDevice {
  const { device } = unit.store
  if (!device) throw new Error(`${unit.name} has no device that takes commands`)
  return device
}

/** Why a command does not reach the device. */
function refusal(execution: Execution, { deviceType }: ScsiDevice, cdb: Uint8Array): SenseCode | undefined {
  const { task, unit } = execution
  const [opcode = 0] = cdb
  // A header of SG_IO has data for one way.
  if (task.readBytes > 0 && task.writeBytes > 0) return Sense.invalidFieldInCommandInformationUnitRefused
  const control = cdb.at(opcode === VARIABLE_LENGTH ? VARIABLE_CONTROL_AT : LAST)
  // Standard INQUIRY data says that there is no auto contingent allegiance, whatever the device has.
  if ((control as number) & NACA) return Sense.invalidFieldInCdb
  // The device sees one host, in whose name all initiators would hold what one has reserved.
  if (unit.attributes.emulatePr && (opcode === PERSISTENT_RESERVE_IN || opcode === PERSISTENT_RESERVE_OUT))
    return Sense.invalidCommandOperationCode
  const isChange = execution.writeProtected && changesMedium(deviceType, cdb, task.writeBytes > 0)
  return isChange ? Sense.writeProtected : undefined
}

/** Whether a command has more data than a slot holds. */
const isLong = ({ lengthBytes }: TransferPiece): boolean => lengthBytes > PIECE_BYTES

async function dataless(execution: Execution, cdb: Uint8Array): Promise<void> {
  endWith(execution, await execution.execute({ cdb, direction: 'none', lengthBytes: 0 }))
}

/** Piece by piece, as far as the device has data for all of them. What it moved before it said what is wrong is sent too. */
async function read(execution: Execution, pieces: readonly TransferPiece[], edit: DataEdit | undefined): Promise<void> {
  const { task } = execution
  let done = 0
  for (const [at, { cdb, lengthBytes }] of pieces.entries()) {
    const slot = await execution.roomAndMemory(lengthBytes)
    if (!slot) return
    // What a device leaves of it, and says nothing of, must not be somebody else's.
    slot.bytes.fill(0, 0, lengthBytes)
    const answer = await execution.execute({ cdb, direction: 'in', slot, lengthBytes })
    const movedBytes = movedBytesOf(answer, lengthBytes)
    if (execution.terminated) return slot.release()
    done += movedBytes
    const isLast = !isWhole(answer, lengthBytes) || at === pieces.length - 1
    if (isLast) task.dataLength(done)
    const data = slot.bytes.subarray(0, movedBytes)
    edit?.(data, execution)
    if (movedBytes > 0) task.send(data, slot)
    else slot.release()
    if (isLast) return endWith(execution, answer)
  }
}

/** What is read by one command that is longer than a slot. */
async function readWhole(execution: Execution, piece: TransferPiece, edit: DataEdit | undefined): Promise<void> {
  const read = await readLong(execution, piece)
  if (!read) return
  const { slot, answer } = read
  if (execution.terminated) return slot.release()
  const movedBytes = movedBytesOf(answer, piece.lengthBytes)
  execution.task.dataLength(movedBytes)
  edit?.(slot.bytes.subarray(0, movedBytes), execution)
  await sendLong(execution, slot, movedBytes)
  if (!execution.terminated) endWith(execution, answer)
}

/** What is written by one command that is longer than a slot. */
async function writeWhole(execution: Execution, piece: TransferPiece): Promise<void> {
  const answer = await writeLong(execution, piece)
  if (execution.terminated || !answer) return
  execution.task.dataLength(movedBytesOf(answer, piece.lengthBytes))
  endWith(execution, answer)
}

/** Piece by piece, until the device does not take one whole. Several may lie in one piece of the transport. */
async function write(execution: Execution, pieces: readonly TransferPiece[]): Promise<void> {
  const { task } = execution
  task.expectData(task.writeBytes)
  const data = new ReceivedData(execution)
  let done = 0
  let answer: DeviceAnswer | undefined
  for (const { cdb, lengthBytes } of pieces) {
    const at = await data.next()
    if (!at) return
    answer = await execution.execute({ cdb, direction: 'out', ...at, lengthBytes })
    data.used(lengthBytes)
    done += movedBytesOf(answer, lengthBytes)
    if (!isWhole(answer, lengthBytes)) break
  }
  data.release()
  if (execution.terminated || !answer) return
  task.dataLength(done)
  endWith(execution, answer)
}

const movedBytesOf = ({ failure, residualBytes }: DeviceAnswer, lengthBytes: number): number =>
  failure === undefined ? lengthBytes - residualBytes : 0

const isWhole = (answer: DeviceAnswer, lengthBytes: number): boolean =>
  answer.status === Status.good && movedBytesOf(answer, lengthBytes) === lengthBytes
