import type { Store, StoreGeometry } from '@lunkit/backstores/store'
import { checkOptions, flag, type OptionDomains, wholeNumber } from '@lunkit/wire'

/**
 * The attributes of a logical unit, under LIO's names. Block counts are in logical blocks. What LIO keeps only for show
 * (`emulate_dpo`, `emulate_fua_read`) has no effect there either and is not here.
 */
export interface UnitAttributes {
  /** 512, 1024, 2048 or 4096. */
  readonly blockSizeBytes: number
  /**
   * What is best read and written whole, in bytes (LBPPBE): the block size, or a larger power of two, so that partitions
   * are aligned to it. LIO has no word for it and reports the block size.
   */
  readonly physicalBlockBytes: number
  /** INQUIRY's product identification is the storage object's name instead of its product's name. */
  readonly emulateModelAlias: boolean
  /** DPO and FUA are accepted (the DPOFUA bit of MODE SENSE). */
  readonly emulateFuaWrite: boolean
  /** WCE: with false everything that changes the medium is on stable storage before GOOD. */
  readonly emulateWriteCache: boolean
  /** TAS: tasks that another nexus aborted end with TASK ABORTED, not silently (SPC-5). */
  readonly emulateTas: boolean
  /** UNMAP (LBPU). */
  readonly emulateTpu: boolean
  /** WRITE SAME with the UNMAP bit (LBPWS, LBPWS10). */
  readonly emulateTpws: boolean
  /** COMPARE AND WRITE. */
  readonly emulateCaw: boolean
  /** RESERVE and RELEASE. */
  readonly emulatePr: boolean
  /** REPORT SUPPORTED OPERATION CODES. */
  readonly emulateRsoc: boolean
  /** RMB: START STOP UNIT can take the medium out and put it in again. LIO has no word for it. */
  readonly removable: boolean
  /** The medium does not rotate (VPD B1). */
  readonly isNonrot: boolean
  /** MAXIMUM TRANSFER LENGTH; 0 reports and enforces none. */
  readonly hwMaxSectors: number
  /** OPTIMAL TRANSFER LENGTH; 0 reports none. */
  readonly optimalSectors: number
  /** Tasks that one nexus may have in the unit's task set. */
  readonly queueDepth: number
  readonly maxUnmapLbaCount: number
  readonly maxUnmapBlockDescCount: number
  /** OPTIMAL UNMAP GRANULARITY; 0 reports none. */
  readonly unmapGranularity: number
  readonly unmapGranularityAlignment: number
  /** LBPRZ: unmapped blocks read as zeroes, and are seen to do so. */
  readonly unmapZeroesData: boolean
  /** MAXIMUM WRITE SAME LENGTH; 0 reports and enforces none. */
  readonly maxWriteSameLen: number
}

/** Attributes that are to have other values; one that is undefined: LIO's default for the unit's store. */
export type AttributeChanges = { readonly [Name in keyof UnitAttributes]?: UnitAttributes[Name] | undefined }

const LEAST_BLOCK_BYTES = 512
const BLOCK_SIZES: readonly number[] = [512, 1024, 2048, 4096]
const MAX_TRANSFER_BYTES = 8 * 1024 * 1024

/**
 * LIO's defaults for this store under the attributes that were given. Where LIO reads a default from the device, it
 * comes from the store: the write cache, the unmap granularity, whether it rotates, the blocks of a device.
 * @throws {TypeError} or {RangeError} for an attribute that there is not, or a value that the unit cannot have.
 */
export function unitAttributes(store: Store, given: AttributeChanges = {}): UnitAttributes {
  const { features, geometry } = store
  const blockSizeBytes = given.blockSizeBytes ?? Math.max(LEAST_BLOCK_BYTES, geometry?.blockBytes ?? 0)
  if (!BLOCK_SIZES.includes(blockSizeBytes))
    throw new RangeError(`${store.name}: block size ${blockSizeBytes} is none of ${BLOCK_SIZES.join(', ')}`)
  const maxTransferBlocks = MAX_TRANSFER_BYTES / blockSizeBytes
  const defaults: UnitAttributes = {
    physicalBlockBytes: physicalBlock(geometry, blockSizeBytes),
    emulateModelAlias: false,
    emulateFuaWrite: true,
    emulateWriteCache: features.writeBack,
    emulateTas: true,
    emulateTpu: false,
    emulateTpws: false,
    emulateCaw: true,
    emulatePr: true,
    emulateRsoc: true,
    removable: false,
    isNonrot: !store.rotational,
    hwMaxSectors: maxTransferBlocks,
    optimalSectors: Math.floor((geometry?.optimalIoBytes ?? 0) / blockSizeBytes) || maxTransferBlocks,
    queueDepth: 128,
    maxUnmapLbaCount: 0x2000,
    maxUnmapBlockDescCount: 1,
    unmapGranularity: Math.max(1, Math.ceil(features.discardGranularityBytes / blockSizeBytes)),
    unmapGranularityAlignment: Math.floor((geometry?.discardAlignmentBytes ?? 0) / blockSizeBytes),
    unmapZeroesData: false,
    maxWriteSameLen: 0x1000,
    blockSizeBytes,
  }
  const said = Object.entries(given).filter(([, value]) => value !== undefined)
  const attributes: UnitAttributes = { ...defaults, ...Object.fromEntries(said) }
  refuseNoCounts(store.name, attributes)
  checkOptions(`${store.name}: attributes`, given, domainsOf(defaults))
  refuseWhatTheStoreCannot(store, attributes)
  return Object.freeze(attributes)
}

/** How high those may be that pages tell is said below. */
const COUNT = wholeNumber()

/** An attribute is a flag or a count, as its default is. */
const domainsOf = (defaults: UnitAttributes): OptionDomains =>
  Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, typeof value === 'boolean' ? flag : COUNT]))

/** That of the device, where it can be told in blocks of the unit. */
function physicalBlock(geometry: StoreGeometry | undefined, blockSizeBytes: number): number {
  const bytes = geometry?.physicalBlockBytes ?? blockSizeBytes
  return isPhysicalBlock(bytes, blockSizeBytes) ? bytes : blockSizeBytes
}

/** LBPPBE has four bits: 2^15 logical blocks at the most. */
const MAX_BLOCKS_PER_PHYSICAL = 2 ** 15

function isPhysicalBlock(physicalBlockBytes: number, blockSizeBytes: number): boolean {
  const blocks = physicalBlockBytes / blockSizeBytes
  return Number.isInteger(Math.log2(blocks)) && blocks >= 1 && blocks <= MAX_BLOCKS_PER_PHYSICAL
}

/** What pages tell in four bytes. */
const COUNTS = [
  'hwMaxSectors',
  'optimalSectors',
  'queueDepth',
  'maxUnmapLbaCount',
  'maxUnmapBlockDescCount',
  'unmapGranularity',
  'unmapGranularityAlignment',
  'maxWriteSameLen',
] as const satisfies readonly (keyof UnitAttributes)[]
const HIGHEST_COUNT = 2 ** 32 - 1

function refuseNoCounts(name: string, attributes: UnitAttributes): void {
  for (const count of COUNTS) {
    const value = attributes[count]
    if (Number.isInteger(value) && value >= 0 && value <= HIGHEST_COUNT) continue
    throw new RangeError(`${name}: ${count} is ${value}; right is a whole number from 0 to ${HIGHEST_COUNT}`)
  }
}

function refuseWhatTheStoreCannot(store: Store, attributes: UnitAttributes): void {
  const { features, name } = store
  // Where nothing is written UNMAP is refused as a write is, and reaches no store.
  if ((attributes.emulateTpu || attributes.emulateTpws) && features.write && !features.discard)
    throw new RangeError(`${name}: emulateTpu and emulateTpws need a store that can discard; ${store.plugin} cannot`)
  if (attributes.unmapZeroesData && !features.discardsToZeroes && features.discard)
    throw new RangeError(`${name}: unmapZeroesData needs a store whose discarded ranges read as zeroes`)
  const { blockSizeBytes, physicalBlockBytes } = attributes
  const leastBlockBytes = store.geometry?.blockBytes ?? features.leastBlockBytes ?? 1
  if (blockSizeBytes % leastBlockBytes !== 0)
    throw new RangeError(
      `${name}: block size ${blockSizeBytes} is below that of its ${store.geometry ? 'device' : 'file system past the page cache'}; right is ${leastBlockBytes} or a multiple`,
    )
  if (!isPhysicalBlock(physicalBlockBytes, blockSizeBytes))
    throw new RangeError(
      `${name}: physicalBlockBytes ${physicalBlockBytes} is not its block size of ${blockSizeBytes} times a power of two up to ${MAX_BLOCKS_PER_PHYSICAL}`,
    )
  if (!(attributes.queueDepth >= 1)) throw new RangeError(`${name}: queueDepth ${attributes.queueDepth} is below 1`)
}
