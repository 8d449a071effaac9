import { compareAndWriteRow } from './block/compare-and-write.ts'
import { getLbaStatusRow } from './block/get-lba-status.ts'
import { readRows } from './block/read.ts'
import { synchronizeCacheRows } from './block/synchronize-cache.ts'
import { unmapRow } from './block/unmap.ts'
import { verifyRows } from './block/verify.ts'
import { writeRows } from './block/write.ts'
import { writeAndVerifyRows } from './block/write-and-verify.ts'
import { writeSameRows } from './block/write-same.ts'
import { CommandSet } from './command-set.ts'
import { lunZeroRows, noUnitRows, primaryRows, wellKnownRows } from './primary/primary.ts'

/** Every command of a disk. */
export const blockCommands = new CommandSet([
  ...primaryRows,
  ...readRows,
  ...writeRows,
  ...verifyRows,
  ...writeAndVerifyRows,
  ...writeSameRows,
  ...synchronizeCacheRows,
  compareAndWriteRow,
  unmapRow,
  getLbaStatusRow,
])

/** The commands of a number without a unit. */
export const noUnitCommands = new CommandSet(noUnitRows)
/** The commands of LUN 0 where there is no unit. */
export const lunZeroCommands = new CommandSet(lunZeroRows)
/** The commands of the REPORT LUNS well-known logical unit. */
export const wellKnownCommands = new CommandSet(wellKnownRows)
