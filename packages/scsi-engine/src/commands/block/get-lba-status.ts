import type { Extent, StoreRequest } from '@lunkit/backstores/store'
import { type CdbView, encodeLbaStatus, GetLbaStatus16, type LbaStatus, ProvisioningStatus, Sense } from '@lunkit/scsi'
import { LBA_STATUS_DESCRIPTORS } from '../../limits.ts'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { allocates } from '../data-presence.ts'
import type { Execution } from '../execution.ts'

/** The most blocks that one descriptor can say. */
const DESCRIPTOR_BLOCKS = 0xffff_ffff

/**
 * GET LBA STATUS (SBC-4): which blocks have space of their own, from the one asked for on, as far as the store
 * tells at once. A block is mapped when any part of it is.
 */
async function getLbaStatus(execution: Execution, cdb: CdbView<typeof GetLbaStatus16>): Promise<void> {
  const { unit } = execution
  const { lba, allocationLength } = cdb
  if (lba >= unit.blocks) {
    execution.fail(Sense.logicalBlockAddressOutOfRange)
    return
  }
  const offset = lba * unit.blockSizeBytes
  const lengthBytes = (unit.blocks - lba) * unit.blockSizeBytes
  let request: StoreRequest | undefined
  const fault = unit.store.features.extents
    ? await execution.operate(made => {
        request = Object.assign(made, { operation: 'extents', offset, lengthBytes, maxExtents: LBA_STATUS_DESCRIPTORS })
      })
    : undefined
  if (fault !== undefined && request) {
    execution.failStore(request)
    return
  }
  const extents = request?.extents ?? [{ offset, lengthBytes, allocated: true }]
  execution.reply(encodeLbaStatus(runsOf(extents, lba, unit.blockSizeBytes)), allocationLength)
}

/** The extents in whole blocks, from `lba` on, neighbours of one kind joined. */
export function runsOf(extents: readonly Extent[], lba: number, blockSizeBytes: number): LbaStatus[] {
  const runs: { lba: number; blocks: number; status: ProvisioningStatus }[] = []
  let next = lba
  for (const { offset, lengthBytes, allocated } of extents) {
    const status = allocated ? ProvisioningStatus.mapped : ProvisioningStatus.deallocated
    const edge = (offset + lengthBytes) / blockSizeBytes
    // A block that both kinds share belongs to the mapped one.
    const end = allocated ? Math.ceil(edge) : Math.floor(edge)
    while (next < end) {
      const last = runs.at(-1)
      const blocks = Math.min(end - next, DESCRIPTOR_BLOCKS)
      if (last?.status === status && last.blocks + blocks <= DESCRIPTOR_BLOCKS) last.blocks += blocks
      else runs.push({ lba: next, blocks, status })
      next += blocks
    }
  }
  return runs
}

/** GET LBA STATUS (16), which a thinly provisioned unit has. */
export const getLbaStatusRow: AnyCommand = command({
  cdb: GetLbaStatus16,
  data: 'in',
  hasData: allocates,
  access: Access.read,
  order: Order.free,
  when: unit => unit.thin,
  run: getLbaStatus,
})
