import type { Layout } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import * as scsi from './index.ts'
import * as sense from './sense-layout.ts'

/** Each layout with its length, and each field with its first byte and the bits that it has from there on, as SPC-5 and SBC-4 draw them. */
const LAYOUTS: readonly [name: string, size: number, fields: string][] = [
  [
    'BlockDeviceCharacteristics',
    60,
    `
    rotationRate=0:ffff productType=2:ff writeAfterBlockErase=3:c0 writeAfterCryptographicErase=3:30
    nominalFormFactor=3:0f zoned=4:30 backgroundOperationControl=4:04 fuab=4:02 verifyByteCheckUnmapped=4:01
    depopulationTimeSeconds=8:ffffffff
  `,
  ],
  [
    'BlockLimitsPage',
    60,
    `
    writeSameNonZero=0:01 maxCompareAndWriteBlocks=1:ff optimalTransferGranularityBlocks=2:ffff
    maxTransferBlocks=4:ffffffff optimalTransferBlocks=8:ffffffff maxPrefetchBlocks=12:ffffffff
    maxUnmapBlocks=16:ffffffff maxUnmapDescriptors=20:ffffffff optimalUnmapGranularityBlocks=24:ffffffff
    unmapAlignmentValid=28:80 unmapAlignmentBlocks=28:7fffffff maxWriteSameBlocks=32:ffffffffffffffff
    maxAtomicBlocks=40:ffffffff atomicAlignmentBlocks=44:ffffffff atomicGranularityBlocks=48:ffffffff
    maxAtomicBlocksWithBoundary=52:ffffffff maxAtomicBoundaryBlocks=56:ffffffff
  `,
  ],
  [
    'Caching',
    20,
    `
    savable=0:80 subpageFormat=0:40 page=0:3f length=1:ff initiatorControl=2:80 abortPrefetch=2:40
    cachingAnalysisPermitted=2:20 discontinuity=2:10 sizeEnable=2:08 writeCacheEnabled=2:04
    multiplicationFactor=2:02 readCacheDisabled=2:01 demandReadRetentionPriority=3:f0
    writeRetentionPriority=3:0f disablePrefetchTransferLength=4:ffff minimumPrefetch=6:ffff
    maximumPrefetch=8:ffff maximumPrefetchCeiling=10:ffff forceSequentialWrite=12:80
    logicalBlockCacheSegmentSize=12:40 disableReadAhead=12:20 nonVolatileCacheDisabled=12:01
    cacheSegments=13:ff cacheSegmentSize=14:ffff
  `,
  ],
  [
    'Control',
    12,
    `
    savable=0:80 subpageFormat=0:40 page=0:3f length=1:ff taskSetType=2:e0 taskManagementOnly=2:10
    disableProtectionCheck=2:08 descriptorSense=2:04 globalLoggingTargetSaveDisable=2:02
    reportLogException=2:01 queueAlgorithmModifier=3:f0 noUnitAttentionOnRelease=3:08
    queueErrorManagement=3:06 reportACheck=4:40 unitAttentionInterlocks=4:30 softwareWriteProtect=4:08
    applicationTagOwner=5:80 taskAbortedStatus=5:40 applicationTagModePageEnabled=5:20
    rejectWriteWithoutProtection=5:10 autoloadMode=5:07 busyTimeoutPeriod=8:ffff
    extendedSelfTestSeconds=10:ffff
  `,
  ],
  [
    'ExtendedInquiry',
    60,
    `
    activateMicrocode=0:c0 supportedProtectionTypes=0:38 guardCheck=0:04 applicationTagCheck=0:02
    referenceTagCheck=0:01 unitAttentionSenseKeySpecific=1:20 grouping=1:10 priority=1:08 headOfQueue=1:04
    ordered=1:02 simple=1:01 writeUncorrectable=2:08 nonVolatileCache=2:02 volatileCache=2:01 referrals=4:10
    revertToDefaults=4:08 selfTestMinutes=6:ffff maxSenseBytes=9:ff
  `,
  ],
  [
    'InformationalExceptionsControl',
    12,
    `
    savable=0:80 subpageFormat=0:40 page=0:3f length=1:ff performance=2:80 enableBackgroundFunction=2:20
    enableWarning=2:10 disableExceptionControl=2:08 test=2:04 enableBackgroundError=2:02 logErrors=2:01
    methodOfReporting=3:0f intervalTimer=4:ffffffff reportCount=8:ffffffff
  `,
  ],
  [
    'LogicalBlockProvisioning',
    4,
    `
    thresholdExponent=0:ff unmap=1:80 writeSame16=1:40 writeSame10=1:20 readZeroes=1:1c anchor=1:02
    descriptorPresent=1:01 minimumPercentage=2:f8 provisioningType=2:07 thresholdPercentage=3:ff
  `,
  ],
  [
    'LongBlockDescriptor',
    16,
    `
    blocks=0:ffffffffffffffff blockSizeBytes=12:ffffffff
  `,
  ],
  [
    'ModeHeader10',
    8,
    `
    dataLength=0:ffff mediumType=2:ff writeProtected=3:80 dpoFua=3:10 longLba=4:01
    blockDescriptorLength=6:ffff
  `,
  ],
  [
    'ModeHeader6',
    4,
    `
    dataLength=0:ff mediumType=1:ff writeProtected=2:80 dpoFua=2:10 blockDescriptorLength=3:ff
  `,
  ],
  [
    'ModePageHeader',
    2,
    `
    savable=0:80 subpageFormat=0:40 page=0:3f length=1:ff
  `,
  ],
  [
    'ModeSubpageHeader',
    4,
    `
    savable=0:80 subpageFormat=0:40 page=0:3f subpage=1:ff length=2:ffff
  `,
  ],
  [
    'ReadCapacity10Data',
    8,
    `
    lastLba=0:ffffffff blockSizeBytes=4:ffffffff
  `,
  ],
  [
    'ReadCapacity16Data',
    32,
    `
    lastLba=0:ffffffffffffffff blockSizeBytes=8:ffffffff rcBasis=12:30 protectionType=12:0e
    protectionEnabled=12:01 protectionIntervalExponent=13:f0 blocksPerPhysicalBlockExponent=13:0f
    provisioningManaged=14:80 provisioningReadZeroes=14:40 lowestAlignedLba=14:3fff
  `,
  ],
  [
    'ReadWriteErrorRecovery',
    12,
    `
    savable=0:80 subpageFormat=0:40 page=0:3f length=1:ff automaticWriteReallocation=2:80
    automaticReadReallocation=2:40 transferBlock=2:20 readContinuous=2:10 postError=2:04
    disableTransferOnError=2:02 readRetryCount=3:ff writeRetryCount=8:ff recoveryTimeLimitMs=10:ffff
  `,
  ],
  [
    'ShortBlockDescriptor',
    8,
    `
    blocks=0:ffffffff blockSizeBytes=5:ffffff
  `,
  ],
  [
    'StandardInquiry',
    96,
    `
    qualifier=0:e0 deviceType=0:1f removable=1:80 conglomerate=1:40 version=2:ff normalAca=3:20
    hierarchical=3:10 responseDataFormat=3:0f additionalLength=4:ff storageArray=5:80 accessControls=5:40
    targetPortGroups=5:30 thirdPartyCopy=5:08 protect=5:01 enclosureServices=6:40 multiPort=6:10
    commandQueuing=7:02 vendor=8:ffffffffffffffff product=16:ffffffffffffffffffffffffffffffff
    revision=32:ffffffff versionDescriptors=58:ffffffffffffffffffffffffffffffff
  `,
  ],
  [
    'UnmapListHeader',
    8,
    `
    dataLength=0:ffff descriptorsLength=2:ffff
  `,
  ],
  [
    'VpdHeader',
    4,
    `
    qualifier=0:e0 deviceType=0:1f pageCode=1:ff pageLength=2:ffff
  `,
  ],
  [
    'CommandSpecificDescriptor',
    12,
    `
    type=0:ff additionalLength=1:ff information=4:ffffffffffffffff
  `,
  ],
  [
    'DescriptorHeader',
    2,
    `
    type=0:ff additionalLength=1:ff
  `,
  ],
  [
    'DescriptorSense',
    8,
    `
    responseCode=0:7f key=1:0f asc=2:ff ascq=3:ff overflow=4:80 additionalLength=7:ff
  `,
  ],
  [
    'FieldPointerDescriptor',
    8,
    `
    type=0:ff additionalLength=1:ff specificValid=4:80 inCdb=4:40 bitValid=4:08 bit=4:07 field=5:ffff
  `,
  ],
  [
    'FixedSense',
    18,
    `
    valid=0:80 responseCode=0:7f filemark=2:80 endOfMedium=2:40 incorrectLength=2:20 overflow=2:10 key=2:0f
    information=3:ffffffff additionalLength=7:ff commandSpecific=8:ffffffff asc=12:ff ascq=13:ff
    fieldReplaceableUnit=14:ff specificValid=15:80 inCdb=15:40 bitValid=15:08 bit=15:07 field=16:ffff
  `,
  ],
  [
    'InformationDescriptor',
    12,
    `
    type=0:ff additionalLength=1:ff valid=2:80 information=4:ffffffffffffffff
  `,
  ],
]

const declared = { ...scsi, ...sense }
const isLayout = (value: unknown): value is Layout =>
  typeof value === 'object' && value !== null && 'fields' in value && !('accepted' in value)

const places = ({ fields }: Layout): string[] =>
  Object.entries(fields).map(
    ([name, { byte, mask }]) => `${name}=${byte}:${mask.map(each => each.toString(16).padStart(2, '0')).join('')}`,
  )

describe('the parameter data of SCSI', () => {
  it('is in the table, all of it', () => {
    const names = Object.entries(declared).flatMap(([name, value]) => (isLayout(value) ? [name] : []))
    expect(LAYOUTS.map(([name]) => name).toSorted()).toEqual(names.toSorted())
  })

  it.each(LAYOUTS)('has its fields where the standard has them: %s', (name, size, fields) => {
    const layout = new Map<string, unknown>(Object.entries(declared)).get(name) as Layout
    expect(places(layout)).toEqual(fields.trim().split(/\s+/))
    expect(layout.encode({})).toHaveLength(size)
  })
})
