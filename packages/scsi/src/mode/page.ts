import { bit, bits, layout, u8, u16, u32 } from '@lunkit/wire'

/** The codes of the mode pages spoken of here. */
export const ModePageCode = {
  readWriteErrorRecovery: 0x01,
  caching: 0x08,
  control: 0x0a,
  informationalExceptionsControl: 0x1c,
  /** Every page, in MODE SENSE only. */
  all: 0x3f,
} as const
export type ModePageCode = (typeof ModePageCode)[keyof typeof ModePageCode]

/** The SUBPAGE CODE that asks MODE SENSE for a page with all its subpages. */
export const ALL_SUBPAGES = 0xff

/** How a mode page starts (page_0 format); `length` bytes follow. */
const header = { savable: bit(0, 7), subpageFormat: bit(0, 6), page: bits(0, [5, 0]), length: u8(1) }

/** The header of a page without a subpage code. */
export const ModePageHeader = layout({
  name: 'mode page header',
  spec: 'SPC-5, Mode page and subpage formats, page_0 format',
  size: 2,
  fields: header,
})

/** The header of a page with a subpage code (sub_page format). */
export const ModeSubpageHeader = layout({
  name: 'mode subpage header',
  spec: 'SPC-5, Mode page and subpage formats, sub_page format',
  size: 4,
  fields: {
    savable: bit(0, 7),
    subpageFormat: bit(0, 6),
    page: bits(0, [5, 0]),
    subpage: u8(1),
    length: u16(2),
  },
})

export const ReadWriteErrorRecovery = layout({
  name: 'Read-Write Error Recovery',
  spec: 'SBC-4, Read-Write Error Recovery mode page',
  size: 12,
  fields: {
    ...header,
    automaticWriteReallocation: bit(2, 7),
    automaticReadReallocation: bit(2, 6),
    transferBlock: bit(2, 5),
    readContinuous: bit(2, 4),
    postError: bit(2, 2),
    disableTransferOnError: bit(2, 1),
    readRetryCount: u8(3),
    writeRetryCount: u8(8),
    recoveryTimeLimitMs: u16(10),
  },
})

export const Caching = layout({
  name: 'Caching',
  spec: 'SBC-4, Caching mode page',
  size: 20,
  fields: {
    ...header,
    initiatorControl: bit(2, 7),
    abortPrefetch: bit(2, 6),
    cachingAnalysisPermitted: bit(2, 5),
    discontinuity: bit(2, 4),
    sizeEnable: bit(2, 3),
    /** WCE: a write may end with GOOD before its data is on stable storage. */
    writeCacheEnabled: bit(2, 2),
    multiplicationFactor: bit(2, 1),
    readCacheDisabled: bit(2, 0),
    demandReadRetentionPriority: bits(3, [7, 4]),
    writeRetentionPriority: bits(3, [3, 0]),
    disablePrefetchTransferLength: u16(4),
    minimumPrefetch: u16(6),
    maximumPrefetch: u16(8),
    maximumPrefetchCeiling: u16(10),
    forceSequentialWrite: bit(12, 7),
    logicalBlockCacheSegmentSize: bit(12, 6),
    disableReadAhead: bit(12, 5),
    nonVolatileCacheDisabled: bit(12, 0),
    cacheSegments: u8(13),
    cacheSegmentSize: u16(14),
  },
})

export const Control = layout({
  name: 'Control',
  spec: 'SPC-5, Control mode page',
  size: 12,
  fields: {
    ...header,
    /** TST: 0 one task set for all I_T nexuses, 1 one for each. */
    taskSetType: bits(2, [7, 5]),
    taskManagementOnly: bit(2, 4),
    disableProtectionCheck: bit(2, 3),
    /** D_SENSE: sense data comes in descriptor format. */
    descriptorSense: bit(2, 2),
    /** GLTSD: log parameters are not saved by themselves. */
    globalLoggingTargetSaveDisable: bit(2, 1),
    reportLogException: bit(2, 0),
    /** 0 restricted, 1 unrestricted reordering of SIMPLE tasks. */
    queueAlgorithmModifier: bits(3, [7, 4]),
    noUnitAttentionOnRelease: bit(3, 3),
    queueErrorManagement: bits(3, [2, 1]),
    reportACheck: bit(4, 6),
    unitAttentionInterlocks: bits(4, [5, 4]),
    /** SWP: the medium is write-protected by software. */
    softwareWriteProtect: bit(4, 3),
    applicationTagOwner: bit(5, 7),
    /** TAS: tasks that another nexus aborted end with TASK ABORTED. */
    taskAbortedStatus: bit(5, 6),
    applicationTagModePageEnabled: bit(5, 5),
    rejectWriteWithoutProtection: bit(5, 4),
    autoloadMode: bits(5, [2, 0]),
    /** How long BUSY may last, in 100 ms; FFFFh is unlimited. */
    busyTimeoutPeriod: u16(8),
    extendedSelfTestSeconds: u16(10),
  },
})

export const InformationalExceptionsControl = layout({
  name: 'Informational Exceptions Control',
  spec: 'SPC-5, Informational Exceptions Control mode page',
  size: 12,
  fields: {
    ...header,
    performance: bit(2, 7),
    enableBackgroundFunction: bit(2, 5),
    enableWarning: bit(2, 4),
    disableExceptionControl: bit(2, 3),
    test: bit(2, 2),
    enableBackgroundError: bit(2, 1),
    logErrors: bit(2, 0),
    methodOfReporting: bits(3, [3, 0]),
    intervalTimer: u32(4),
    reportCount: u32(8),
  },
})
