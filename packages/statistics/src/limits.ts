/** Every limit of this package, by name. */
export const statisticsLimits = {
  /** Rows of one block unless it is told otherwise. Who comes when all are taken shares one row, `_other`. */
  rows: 16_384,
  /** The most that a block can be told. Address space is taken for all of them, memory for those that are used. */
  rowsAtMost: 1_048_576,
  /** By how many rows a block's memory grows. */
  segmentRows: 32,
  /** Bytes of one label in UTF-8; a longer one is cut, and ends with the checksum of what it was. */
  labelBytes: 320,
  /** How often a reading is begun anew because rows came or went meanwhile. */
  readings: 64,
  /** How many milliseconds a reading waits for a row that is coming or going, which takes microseconds where nobody interrupts it. */
  changeWaits: 100,
  /** How often a clock gives the time that it has read, before it looks again. */
  clockUses: 8,
} as const
