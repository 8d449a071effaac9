const KiB = 1024
const MiB = 1024 * KiB

/** Every limit of this package, by name. */
export const storeLimits = {
  /** Lanes that are started unless the caller says how many. */
  laneCount: 2,
  /** The heap of a lane's thread, in MiB. What it moves lies outside; it needs about 5. */
  laneHeapMiB: 64,
  /**
   * The heap for what is new, beside it. Node lets a thread that has used up its heap have 16 MiB more while it ends it;
   * out of a larger new space than this, one collection may move more than that, and then V8 ends the whole process.
   */
  laneNewHeapMiB: 6,
  /** Operations that one lane's ring holds; more wait in the lane object. A power of two. */
  ringEntries: 256,
  /** Reads and writes past the page cache that one store has under way. */
  directWindow: 128,
  /** How many of them are handed to the kernel with one call, and how many may have ended that nobody has looked at. Powers of two. */
  directBatch: 128,
  directCompletions: 2048,
  /** Ends of extents that one lane operation can report. */
  boundariesPerEntry: 64,
  /** Rounds in which completions are taken from one ring before other events get their turn. */
  reapRounds: 4,
  /** How much busier, in light operations, a store's own lane may be than the idlest before another one is chosen. */
  laneImbalance: 1,
  /** What an operation that waits for the medium (flush, FUA, discard, zero) counts in light operations. */
  heavyWeight: 64,
  /** The wait before a dead lane is started again; it doubles with each failure. */
  restartFirstMs: 100,
  restartLongestMs: 30_000,
  /** A lane that has served this long is healthy: the wait starts from its first value again. */
  restartForgetMs: 60_000,
  /** How often a lane that has work is looked at, and for how long it may be in one operation before it is given up: that is told within two seconds. */
  laneLookMs: 250,
  laneStuckMs: 1500,
  /** Threads that one lane may leave behind in operations that do not return. */
  strandedThreads: 8,
  /** How long closing the lanes waits for operations under way. */
  closeDeadlineMs: 10_000,
  /** Bytes that may be served in place in one turn of the event loop, over all stores that share their lanes. */
  inPlaceBytesPerTurn: 2 * MiB,
  /** What does not count towards it: a hop to a lane and back takes the thread as long as a copy of so much. */
  inPlaceFreeBytes: 16 * KiB,
  /** The longest write that may be done in place: a piece. Its data is at hand here; a lane would have to fetch it. */
  inPlaceWriteBytes: 256 * KiB,
  /** The largest folio of the page cache: in regions of this size a file's folios are split before small writes. */
  grainRegionBytes: 2 * MiB,
  /** The longest write for which they are: longer ones are written as fast into large folios. */
  fineWriteBytes: 64 * KiB,
  /** Steps in which a region is searched for large folios; smaller ones cost little. */
  grainStepBytes: 64 * KiB,
  /** How many reads of the page cache are done together, at most, and the longest of them: of longer ones the call is a small part. */
  batchedReads: 128,
  batchedReadBytes: 16 * KiB,
  /** One read in place in so many is timed, and every one this long: the clock costs a tenth of a short read. */
  inPlaceReadsPerSample: 8,
  inPlaceTimedReadBytes: 32 * KiB,
  /** When reads in place are too slow, of those timed. They never wait for the medium, but a file system may be slow. */
  inPlaceReadPace: {
    slowAfterMs: 0.5,
    stopAfterMs: 100,
    slowLimit: 4,
    fastPerSlow: 8,
    pauseMs: 1000,
    longestPauseMs: 60_000,
  },
  /** How many reads of one file that were not in the page cache are tried again in place, and the longest of them. */
  lateReads: 8,
  lateReadBytes: 16 * KiB,
  /** For how long (`slowAfterMs`), and when that is not worth while: on a medium that takes longer. */
  lateReadPace: {
    slowAfterMs: 0.2,
    stopAfterMs: 10,
    slowLimit: 4,
    fastPerSlow: 8,
    pauseMs: 1000,
    longestPauseMs: 60_000,
  },
  /** When writes in place are too slow: where dirty pages must go first, every few of them wait. */
  inPlaceWritePace: {
    slowAfterMs: 0.5,
    stopAfterMs: 10,
    slowLimit: 2,
    fastPerSlow: 256,
    pauseMs: 50,
    longestPauseMs: 5000,
  },
  /**
   * So much of a zero or discard one lane operation covers at first, at least and at most. It is halved where that took longer than is good for
   * who waits behind it, and doubled where it took next to nothing. Powers of two.
   */
  laneStepBytes: 16 * MiB,
  leastLaneStepBytes: MiB,
  mostLaneStepBytes: 64 * MiB,
  laneStepLongMs: 20,
  laneStepShortMs: 5,
  /** The longest piece that a lane overwrites with zeroes at once where the file system cannot zero by itself. */
  zeroFillBytes: 16 * MiB,
  /** Sizes of stores are multiples of this: the smallest logical block. */
  sizeMultipleBytes: 512,
  /** A file that was cut off to less than this (the largest logical block) would leave a disk without a block: it keeps its size. */
  leastCutBytes: 4 * KiB,
  /** How often a file is looked at whose own size its disk has, and how many files at a time: libuv has four threads. */
  sizeLookMs: 10_000,
  sizeLooks: 2,
  /** How often the kernel is asked how long a block device is, which asks nothing of the device. */
  deviceLookMs: 500,
  /** The most data of one command that is passed through to a device, and so of the memory of its own that it may have: a tape's longest block. */
  deviceTransferBytes: 16 * MiB,
  /** Memory of a ramdisk is taken and given back in chunks of this size. */
  ramChunkBytes: MiB,
  /** A ramdisk knows in pieces of this size what has been written. */
  ramPageBytes: 4 * KiB,
  /** Chunks whose pages are given back to the system in one turn. */
  ramReclaimChunksPerTurn: 16,
} as const
