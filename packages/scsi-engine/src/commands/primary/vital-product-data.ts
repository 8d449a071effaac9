import {
  BlockDeviceCharacteristics,
  BlockLimitsPage,
  ExtendedInquiry,
  encodeDesignators,
  encodeSerialNumber,
  encodeVpdPage,
  LogicalBlockProvisioning,
  NON_ROTATING,
  VpdPageCode,
} from '@lunkit/scsi'
import type { ITNexus } from '../../nexus/it-nexus.ts'
import { type LogicalUnit, UnitKind } from '../../unit/logical-unit.ts'
import { designators } from './designators.ts'
import { PERIPHERALS } from './peripheral.ts'

interface PageRow {
  readonly code: VpdPageCode
  readonly kinds: readonly UnitKind[]
  /** What follows the page's header. */
  body(unit: LogicalUnit, nexus: ITNexus): Uint8Array
}

const { disk, reportLuns, absent } = UnitKind

/** Every vital product data page, in the order in which page 00h lists them. */
const PAGES: readonly PageRow[] = [
  { code: VpdPageCode.supportedPages, kinds: [disk, reportLuns, absent], body: supportedPages },
  { code: VpdPageCode.unitSerialNumber, kinds: [disk], body: unit => encodeSerialNumber(unit.identity.serial) },
  {
    code: VpdPageCode.deviceIdentification,
    kinds: [disk, reportLuns],
    body: (unit, nexus) => encodeDesignators(designators(unit, nexus)),
  },
  { code: VpdPageCode.extendedInquiry, kinds: [disk], body: extendedInquiry },
  { code: VpdPageCode.blockLimits, kinds: [disk], body: blockLimits },
  { code: VpdPageCode.blockDeviceCharacteristics, kinds: [disk], body: blockDeviceCharacteristics },
  { code: VpdPageCode.logicalBlockProvisioning, kinds: [disk], body: logicalBlockProvisioning },
]

/** The page of a code, or undefined when this kind of unit does not have it. */
export function vitalProductData(pageCode: number, unit: LogicalUnit, nexus: ITNexus): Uint8Array | undefined {
  const row = PAGES.find(({ code, kinds }) => code === pageCode && kinds.includes(unit.kind))
  return row && encodeVpdPage(PERIPHERALS[unit.kind], pageCode, row.body(unit, nexus))
}

function supportedPages({ kind }: LogicalUnit): Uint8Array {
  return Uint8Array.from(PAGES.filter(({ kinds }) => kinds.includes(kind)).map(({ code }) => code))
}

function extendedInquiry(unit: LogicalUnit): Uint8Array {
  return ExtendedInquiry.encode({ headOfQueue: true, ordered: true, simple: true, volatileCache: unit.writeCache })
}

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
