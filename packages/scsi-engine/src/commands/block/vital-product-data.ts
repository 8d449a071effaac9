import {
  BlockDeviceCharacteristics,
  BlockLimitsPage,
  LogicalBlockProvisioning,
  NON_ROTATING,
  VpdPageCode,
} from '@lunkit/scsi'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import type { VpdPageRow } from '../device-type.ts'

function blockLimits({ blockLimits: limits }: LogicalUnit): Uint8Array {
  return BlockLimitsPage.encode({
    writeSameNonZero: limits.writeSameNonZero,
    maxCompareAndWriteBlocks: limits.maxCompareAndWriteBlocks,
    optimalTransferGranularityBlocks: 1,
    maxTransferBlocks: limits.maxTransferBlocks,
    optimalTransferBlocks: limits.optimalTransferBlocks,
    maxUnmapBlocks: limits.maxUnmapBlocks,
    maxUnmapDescriptors: limits.maxUnmapDescriptors,
    optimalUnmapGranularityBlocks: limits.optimalUnmapGranularityBlocks,
    unmapAlignmentValid: limits.unmapGranularityAlignmentBlocks > 0,
    // 31 bits of it, as LIO writes it: the highest is UGAVALID's.
    unmapAlignmentBlocks: limits.unmapGranularityAlignmentBlocks % 2 ** 31,
    maxWriteSameBlocks: limits.maxWriteSameBlocks,
  })
}

function blockDeviceCharacteristics({ attributes }: LogicalUnit): Uint8Array {
  return BlockDeviceCharacteristics.encode({ rotationRate: attributes.isNonrot ? NON_ROTATING : 0 })
}

/** The provisioning type is not reported, as in LIO: a store may be thin or fully allocated. */
function logicalBlockProvisioning(unit: LogicalUnit): Uint8Array {
  return LogicalBlockProvisioning.encode({
    unmap: unit.canUnmap,
    writeSame16: unit.canUnmapByWriteSame,
    writeSame10: unit.canUnmapByWriteSame,
    readZeroes: unit.readsZeroesWhenUnmapped ? 1 : 0,
  })
}

/** The pages that SBC defines. */
export const blockPages: readonly VpdPageRow[] = [
  { code: VpdPageCode.blockLimits, body: blockLimits },
  { code: VpdPageCode.blockDeviceCharacteristics, body: blockDeviceCharacteristics },
  { code: VpdPageCode.logicalBlockProvisioning, body: logicalBlockProvisioning },
]
