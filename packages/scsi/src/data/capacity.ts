import {
  bit,
  bits,
  checkArgument,
  checkOptions,
  count64,
  dataView,
  flag,
  layout,
  required,
  tail,
  u32,
  wholeNumber,
} from '@lunkit/wire'
import { FIELDS } from '../domains.ts'
import { needBytes } from '../parameter-error.ts'

export const ReadCapacity10Data = layout({
  name: 'READ CAPACITY (10) parameter data',
  spec: 'SBC-4 5.20.2',
  size: 8,
  fields: {
    /** The address of the last block; FFFFFFFFh when READ CAPACITY (16) has to be asked. */
    lastLba: u32(0),
    blockSizeBytes: u32(4),
  },
})

/** The last block address that READ CAPACITY (10) reports for a medium too large for it. */
export const CAPACITY_EXCEEDS_10 = 0xffff_ffff

export const ReadCapacity16Data = layout({
  name: 'READ CAPACITY (16) parameter data',
  spec: 'SBC-4 5.21.2',
  size: 32,
  fields: {
    lastLba: count64(0),
    blockSizeBytes: u32(8),
    rcBasis: bits(12, [5, 4]),
    protectionType: bits(12, [3, 1]),
    protectionEnabled: bit(12, 0),
    protectionIntervalExponent: bits(13, [7, 4]),
    /** Logical blocks of a physical block, as a power of two. */
    blocksPerPhysicalBlockExponent: bits(13, [3, 0]),
    /** LBPME: blocks can be unmapped. */
    provisioningManaged: bit(14, 7),
    /** LBPRZ: unmapped blocks read as zeroes. */
    provisioningReadZeroes: bit(14, 6),
    lowestAlignedLba: tail(14, 5, 1),
  },
})

/** What a unit says of its size. */
export interface Capacity {
  readonly blocks: number
  readonly blockSizeBytes: number
  /** Bytes of a physical block: what is best read and written whole. */
  readonly physicalBlockBytes: number
  /** Where the first physical block begins; left out: at 0. */
  readonly lowestAlignedLba?: number
  readonly provisioningManaged: boolean
  readonly provisioningReadZeroes: boolean
}

const BLOCKS = required(wholeNumber(1))
const SIZE = required(wholeNumber(1, 0xffff_ffff))
const CAPACITY = {
  blocks: BLOCKS,
  blockSizeBytes: SIZE,
  physicalBlockBytes: SIZE,
  lowestAlignedLba: wholeNumber(0, 0x3fff),
  provisioningManaged: required(flag),
  provisioningReadZeroes: required(flag),
}

/** Composes READ CAPACITY (10) parameter data, which may say that the medium is too large for it. */
export function encodeCapacity10(capacity: Pick<Capacity, 'blocks' | 'blockSizeBytes'>): Uint8Array {
  checkArgument('encodeCapacity10: capacity', capacity, FIELDS)
  const { blocks, blockSizeBytes } = capacity
  checkArgument('encodeCapacity10: blocks', blocks, BLOCKS)
  return ReadCapacity10Data.encode({ lastLba: Math.min(blocks - 1, CAPACITY_EXCEEDS_10), blockSizeBytes })
}

/** Composes READ CAPACITY (16) parameter data. */
export function encodeCapacity16(capacity: Capacity): Uint8Array {
  checkOptions('encodeCapacity16: capacity', capacity, CAPACITY)
  const { blocks, blockSizeBytes, physicalBlockBytes, provisioningManaged, provisioningReadZeroes } = capacity
  const { lowestAlignedLba = 0 } = capacity
  return ReadCapacity16Data.encode({
    lastLba: blocks - 1,
    blockSizeBytes,
    blocksPerPhysicalBlockExponent: Math.log2(physicalBlockBytes / blockSizeBytes),
    provisioningManaged,
    provisioningReadZeroes,
    lowestAlignedLba,
  })
}

/**
 * Reads READ CAPACITY (10) parameter data; undefined for a medium whose size only READ CAPACITY (16) can tell.
 * @throws {ParameterDataError} below 8 bytes.
 */
export function decodeCapacity10(bytes: Uint8Array): Pick<Capacity, 'blocks' | 'blockSizeBytes'> | undefined {
  needBytes(ReadCapacity10Data.name, bytes, ReadCapacity10Data.size)
  const { lastLba, blockSizeBytes } = ReadCapacity10Data.view(dataView(bytes))
  return lastLba === CAPACITY_EXCEEDS_10 ? undefined : { blocks: lastLba + 1, blockSizeBytes }
}

/**
 * Reads READ CAPACITY (16) parameter data.
 * @throws {ParameterDataError} below 32 bytes.
 */
export function decodeCapacity16(bytes: Uint8Array): Capacity {
  needBytes(ReadCapacity16Data.name, bytes, ReadCapacity16Data.size)
  const data = ReadCapacity16Data.view(dataView(bytes))
  const { lastLba, blockSizeBytes, provisioningManaged, provisioningReadZeroes, lowestAlignedLba } = data
  return {
    blocks: lastLba + 1,
    blockSizeBytes,
    physicalBlockBytes: blockSizeBytes * 2 ** data.blocksPerPhysicalBlockExponent,
    provisioningManaged,
    provisioningReadZeroes,
    ...(lowestAlignedLba > 0 && { lowestAlignedLba }),
  }
}
