import { bit, bits, count64, type Field, layout, tail, u8, u16, u32, wholeNumber } from '@lunkit/wire'

/** The UNMAP GRANULARITY ALIGNMENT field: 31 bits, beside UGAVALID in its first byte. */
const unmapAlignment = (byte: number): Field<number> => {
  const high = tail(byte, 6, 1)
  const low = u16(byte + 2)
  return {
    byte,
    mask: [...high.mask, ...low.mask],
    domain: wholeNumber(0, 2 ** 31 - 1),
    get: (view, at) => high.get(view, at) * 2 ** 16 + low.get(view, at),
    set: (view, at, value) => {
      high.set(view, at, Math.floor(value / 2 ** 16))
      low.set(view, at, value % 2 ** 16)
    },
  }
}

/** The Block Limits page after its header. Lengths are in logical blocks; 0 means no limit is reported. */
export const BlockLimitsPage = layout({
  name: 'Block Limits',
  spec: 'SBC-4 6.6.4',
  size: 60,
  fields: {
    /** WSNZ: WRITE SAME with a length of 0 is refused. */
    writeSameNonZero: bit(0, 0),
    maxCompareAndWriteBlocks: u8(1),
    optimalTransferGranularityBlocks: u16(2),
    maxTransferBlocks: u32(4),
    optimalTransferBlocks: u32(8),
    maxPrefetchBlocks: u32(12),
    maxUnmapBlocks: u32(16),
    maxUnmapDescriptors: u32(20),
    optimalUnmapGranularityBlocks: u32(24),
    unmapAlignmentValid: bit(28, 7),
    unmapAlignmentBlocks: unmapAlignment(28),
    maxWriteSameBlocks: count64(32),
    maxAtomicBlocks: u32(40),
    atomicAlignmentBlocks: u32(44),
    atomicGranularityBlocks: u32(48),
    maxAtomicBlocksWithBoundary: u32(52),
    maxAtomicBoundaryBlocks: u32(56),
  },
})

/** The MEDIUM ROTATION RATE of a medium that does not rotate. */
export const NON_ROTATING = 1

/** The Block Device Characteristics page after its header. */
export const BlockDeviceCharacteristics = layout({
  name: 'Block Device Characteristics',
  spec: 'SBC-4 6.6.2',
  size: 60,
  fields: {
    /** 0: not reported; 1: does not rotate; else revolutions a minute. */
    rotationRate: u16(0),
    productType: u8(2),
    writeAfterBlockErase: bits(3, [7, 6]),
    writeAfterCryptographicErase: bits(3, [5, 4]),
    nominalFormFactor: bits(3, [3, 0]),
    zoned: bits(4, [5, 4]),
    backgroundOperationControl: bit(4, 2),
    fuab: bit(4, 1),
    verifyByteCheckUnmapped: bit(4, 0),
    depopulationTimeSeconds: u32(8),
  },
})

/** How blocks of a unit are provisioned, as far as it says. */
export const ProvisioningType = { notReported: 0, resource: 1, thin: 2 } as const
export type ProvisioningType = (typeof ProvisioningType)[keyof typeof ProvisioningType]

/** The Logical Block Provisioning page after its header, without a provisioning group descriptor. */
export const LogicalBlockProvisioning = layout({
  name: 'Logical Block Provisioning',
  spec: 'SBC-4, Logical Block Provisioning VPD page',
  size: 4,
  fields: {
    thresholdExponent: u8(0),
    /** LBPU: UNMAP is supported. */
    unmap: bit(1, 7),
    /** LBPWS: WRITE SAME (16) with UNMAP is supported. */
    writeSame16: bit(1, 6),
    /** LBPWS10: WRITE SAME (10) with UNMAP is supported. */
    writeSame10: bit(1, 5),
    /** LBPRZ: 1 when unmapped blocks read as zeroes. */
    readZeroes: bits(1, [4, 2]),
    anchor: bit(1, 1),
    descriptorPresent: bit(1, 0),
    minimumPercentage: bits(2, [7, 3]),
    provisioningType: bits<ProvisioningType>(2, [2, 0], ProvisioningType),
    thresholdPercentage: u8(3),
  },
})
