import { expect, it } from 'vitest'
import { storeLimits } from './limits.ts'

it('lanes, their rings and the memory of ramdisks are limited so', () => {
  expect(storeLimits).toMatchObject({
    laneCount: 2,
    laneHeapMiB: 64,
    laneNewHeapMiB: 6,
    ringEntries: 256,
    boundariesPerEntry: 64,
    reapRounds: 4,
    laneImbalance: 1,
    heavyWeight: 64,
    restartFirstMs: 100,
    restartLongestMs: 30_000,
    restartForgetMs: 60_000,
    laneLookMs: 250,
    laneStuckMs: 1500,
    strandedThreads: 8,
    closeDeadlineMs: 10_000,
    laneStepBytes: 16_777_216,
    leastLaneStepBytes: 1_048_576,
    mostLaneStepBytes: 67_108_864,
    zeroFillBytes: 16_777_216,
    sizeMultipleBytes: 512,
    leastCutBytes: 4096,
    ramChunkBytes: 1_048_576,
    ramPageBytes: 4096,
    ramReclaimChunksPerTurn: 16,
  })
})

it('what is done in place is limited so', () => {
  expect(storeLimits).toMatchObject({
    inPlaceBytesPerTurn: 2_097_152,
    inPlaceFreeBytes: 16_384,
    inPlaceWriteBytes: 262_144,
    grainRegionBytes: 2_097_152,
    fineWriteBytes: 65_536,
    grainStepBytes: 65_536,
    inPlaceReadsPerSample: 8,
    inPlaceTimedReadBytes: 32_768,
    inPlaceReadPace: {
      slowAfterMs: 0.5,
      stopAfterMs: 100,
      slowLimit: 4,
      fastPerSlow: 8,
      pauseMs: 1000,
      longestPauseMs: 60_000,
    },
    batchedReads: 128,
    batchedReadBytes: 16_384,
    lateReads: 8,
    lateReadBytes: 16_384,
    lateReadPace: {
      slowAfterMs: 0.2,
      stopAfterMs: 10,
      slowLimit: 4,
      fastPerSlow: 8,
      pauseMs: 1000,
      longestPauseMs: 60_000,
    },
    inPlaceWritePace: {
      slowAfterMs: 0.5,
      stopAfterMs: 10,
      slowLimit: 2,
      fastPerSlow: 256,
      pauseMs: 50,
      longestPauseMs: 5000,
    },
  })
})
