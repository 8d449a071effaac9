import { type Capacity, encodeCapacity10, encodeCapacity16, ReadCapacity10, ReadCapacity16 } from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { allocates } from '../data-presence.ts'
import type { Execution } from '../execution.ts'

/** LOWEST ALIGNED LOGICAL BLOCK ADDRESS has 14 bits. */
const HIGHEST_ALIGNED_LBA = 2 ** 14 - 1

/** Where the first physical block of the medium begins, where that is at a block of the unit. */
function lowestAligned({ store, blockSizeBytes }: LogicalUnit): number {
  const blocks = (store.geometry?.alignmentBytes ?? 0) / blockSizeBytes
  return Number.isInteger(blocks) && blocks <= HIGHEST_ALIGNED_LBA ? blocks : 0
}

const capacity = (unit: LogicalUnit): Capacity => ({
  blocks: unit.blocks,
  blockSizeBytes: unit.blockSizeBytes,
  physicalBlockBytes: unit.attributes.physicalBlockBytes,
  lowestAlignedLba: lowestAligned(unit),
  provisioningManaged: unit.thin,
  provisioningReadZeroes: unit.readsZeroesWhenUnmapped,
})

/** A medium that has its size by itself may have another one by now. */
function tell({ unit }: Execution, answer: (unit: LogicalUnit) => void): Promise<void> | undefined {
  const looked = unit.sizeLook.take()
  if (looked) return looked.then(() => answer(unit))
  answer(unit)
  return undefined
}

/** The parameter data's whole length: the CDB of READ CAPACITY (10) has no allocation length. */
const CAPACITY_10_BYTES = 8

const row = { data: 'in', access: Access.any, order: Order.free } as const

/** READ CAPACITY (10) and (16). */
export const readCapacityRows: readonly AnyCommand[] = [
  command({
    ...row,
    cdb: ReadCapacity10,
    run: execution => tell(execution, unit => execution.reply(encodeCapacity10(capacity(unit)), CAPACITY_10_BYTES)),
  }),
  command({
    ...row,
    cdb: ReadCapacity16,
    hasData: allocates,
    run: (execution, { allocationLength }) =>
      tell(execution, unit => execution.reply(encodeCapacity16(capacity(unit)), allocationLength)),
  }),
]
