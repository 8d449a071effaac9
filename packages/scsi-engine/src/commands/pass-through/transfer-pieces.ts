import type { ScsiDevice } from '@lunkit/backstores/store'
import { Read10, Read12, Read16, Write10, Write12, Write16 } from '@lunkit/scsi'
import { PIECE_BYTES } from '@lunkit/scsi/transport'
import { dataView } from '@lunkit/wire'
import { withAllocationLength } from './allocation-length.ts'

/** Where a CDB says which blocks it is about; READ and WRITE have it at the same places. */
const RANGES = new Map(
  [Read10, Read12, Read16, Write10, Write12, Write16].map(({ opcode, fields: { lba, blocks } }) => [
    opcode,
    { lba, blocks },
  ]),
)

/** PERIPHERAL DEVICE TYPE of what has blocks by number: disks, CDs, disks by zones. */
const BLOCK_TYPES: ReadonlySet<number> = new Set([0x00, 0x05, 0x14])

/** A command for a device: one of several that together do what a longer one asks for, or what was asked for itself. */
export interface TransferPiece {
  readonly cdb: Uint8Array
  readonly lengthBytes: number
}

/** What a device may be handed. */
type Takes = Pick<ScsiDevice, 'deviceType' | 'transferBytes' | 'blockBytes'>

/**
 * The commands that a command is done by: a READ or WRITE of more than a slot holds by several, any other by itself, as long as the device
 * may have that much data; of one that asks for more and may be told less, less is asked for. Undefined for what is too long.
 */
export function transferPieces(device: Takes, whole: TransferPiece): TransferPiece[] | undefined {
  const { cdb, lengthBytes } = whole
  const { transferBytes } = device
  if (lengthBytes <= Math.min(transferBytes, PIECE_BYTES)) return [whole]
  const parts = partsOf(device, whole)
  if (parts) return parts
  if (lengthBytes <= transferBytes) return [whole]
  const less = withAllocationLength(cdb, transferBytes)
  return less && [{ cdb: less, lengthBytes: transferBytes }]
}

/**
 * The commands that a READ or WRITE is done by that has more data than one command may have: the same for parts of its blocks.
 * Undefined where it cannot be told apart: of another command, and where the data is not what its TRANSFER LENGTH makes of the blocks of
 * the device. What the device does of such a command, and counts as residual, is its own affair.
 */
function partsOf(
  { deviceType, transferBytes, blockBytes }: Takes,
  { cdb, lengthBytes }: TransferPiece,
): TransferPiece[] | undefined {
  const [opcode = 0] = cdb
  const range = BLOCK_TYPES.has(deviceType) ? RANGES.get(opcode) : undefined
  if (!range || !blockBytes) return undefined
  const view = dataView(cdb)
  const blocks = range.blocks.get(view, 0)
  const first = range.lba.get(view, 0)
  const mostBlocks = partOfPiece(transferBytes) / blockBytes
  if (lengthBytes !== blocks * blockBytes || !Number.isInteger(mostBlocks)) return undefined
  const pieces: TransferPiece[] = []
  for (let done = 0; done < blocks; done += mostBlocks) {
    const part = Math.min(mostBlocks, blocks - done)
    const bytes = cdb.slice()
    range.lba.set(dataView(bytes), 0, first + done)
    range.blocks.set(dataView(bytes), 0, part)
    pieces.push({ cdb: bytes, lengthBytes: part * blockBytes })
  }
  return pieces
}

/** The longest part of a transport's piece that a command may have: some of them make a piece. */
function partOfPiece(mostBytes: number): number {
  let bytes = PIECE_BYTES
  while (bytes > mostBytes) bytes /= 2
  return bytes
}
