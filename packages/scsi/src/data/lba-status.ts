import { bits, checkArgument, checkValues, count64, dataView, layout, u32, wholeNumber } from '@lunkit/wire'
import { LIST } from '../domains.ts'
import { needBytes } from '../parameter-error.ts'

/** How a block is provisioned. */
export const ProvisioningStatus = {
  /** Mapped, or not known. */
  mapped: 0,
  deallocated: 1,
  anchored: 2,
} as const
export type ProvisioningStatus = (typeof ProvisioningStatus)[keyof typeof ProvisioningStatus]

const LbaStatusHeader = layout({
  name: 'GET LBA STATUS parameter data',
  spec: 'SBC-4, GET LBA STATUS (16) command, parameter data',
  size: 8,
  fields: { dataLength: u32(0) },
})

const LbaStatusDescriptor = layout({
  name: 'LBA status descriptor',
  spec: 'SBC-4, GET LBA STATUS (16) command, LBA status descriptor',
  size: 16,
  fields: {
    lba: count64(0),
    blocks: u32(8),
    status: bits<ProvisioningStatus>(12, [3, 0], ProvisioningStatus),
  },
})

/** Bytes of the header before what PARAMETER DATA LENGTH counts. */
const DATA_LENGTH_BYTES = 4

/** A run of blocks that are provisioned alike. */
export interface LbaStatus {
  readonly lba: number
  readonly blocks: number
  readonly status: ProvisioningStatus
}

const RUNS = wholeNumber(0, 0xff_ffff)

/** How many bytes GET LBA STATUS parameter data with so many runs has. */
export function lbaStatusLength(runs: number): number {
  checkArgument('lbaStatusLength: runs', runs, RUNS)
  return LbaStatusHeader.size + runs * LbaStatusDescriptor.size
}

/** Composes GET LBA STATUS parameter data. */
export function encodeLbaStatus(runs: readonly LbaStatus[]): Uint8Array {
  checkArgument('encodeLbaStatus: runs', runs, LIST)
  for (const run of runs) {
    checkValues(LbaStatusDescriptor, run)
    for (const name of ['lba', 'blocks', 'status'] as const)
      checkArgument(`encodeLbaStatus: ${name}`, run[name], LbaStatusDescriptor.fields[name].domain)
  }
  const bytes = new Uint8Array(lbaStatusLength(runs.length))
  const view = dataView(bytes)
  LbaStatusHeader.compose(view).dataLength = bytes.length - DATA_LENGTH_BYTES
  runs.forEach((run, i) => Object.assign(LbaStatusDescriptor.compose(view, lbaStatusLength(i)), run))
  return bytes
}

/**
 * Reads GET LBA STATUS parameter data, as far as it came.
 * @throws {ParameterDataError} below 8 bytes.
 */
export function decodeLbaStatus(bytes: Uint8Array): LbaStatus[] {
  needBytes(LbaStatusHeader.name, bytes, LbaStatusHeader.size)
  const view = dataView(bytes)
  const end = Math.min(bytes.length, LbaStatusHeader.view(view).dataLength + DATA_LENGTH_BYTES)
  const runs: LbaStatus[] = []
  for (let at = LbaStatusHeader.size; at + LbaStatusDescriptor.size <= end; at += LbaStatusDescriptor.size) {
    const { lba, blocks, status } = LbaStatusDescriptor.view(view, at)
    runs.push({ lba, blocks, status })
  }
  return runs
}
