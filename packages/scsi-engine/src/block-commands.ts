import { CommandSet } from './command-set.ts'
import { lunZeroRows, noUnitRows, primaryRows, wellKnownRows } from './commands/primary.ts'
import { readCommands } from './commands/read.ts'
import { writeCommands } from './commands/write.ts'

/** Every command of a disk. */
export const blockCommands = new CommandSet([...primaryRows, ...readCommands, ...writeCommands])

/** The commands of a number without a unit. */
export const noUnitCommands = new CommandSet(noUnitRows)
/** The commands of LUN 0 where there is no unit. */
export const lunZeroCommands = new CommandSet(lunZeroRows)
/** The commands of the REPORT LUNS well-known logical unit. */
export const wellKnownCommands = new CommandSet(wellKnownRows)
