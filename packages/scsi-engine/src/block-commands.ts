import { CommandSet } from './command-set.ts'
import { compareAndWriteRow } from './commands/compare-and-write.ts'
import { getLbaStatusRow } from './commands/get-lba-status.ts'
import { lunZeroRows, noUnitRows, primaryRows, wellKnownRows } from './commands/primary.ts'
import { readRows } from './commands/read.ts'
import { synchronizeCacheRows } from './commands/synchronize-cache.ts'
import { unmapRow } from './commands/unmap.ts'
import { verifyRows } from './commands/verify.ts'
import { writeRows } from './commands/write.ts'
import { writeAndVerifyRows } from './commands/write-and-verify.ts'
import { writeSameRows } from './commands/write-same.ts'

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
